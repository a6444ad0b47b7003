"""Where data come from, how they are described, exchanged and passed on: one small project per case."""

from __future__ import annotations

from pathlib import Path

import pytest
from laid import lay

from repro_audit.facts.data.model import Data
from repro_audit.project import Project

RUN = "# Project\n\n    python train.py\n"


def data_of(root: Path, files: dict[str, str | bytes]) -> Data:
    return Project(lay(root, {"README.md": RUN, **files})).data


READ = "import pandas as pd\ntable = pd.read_csv({})\n"

SOURCES = [
    ("a committed table", {"train.py": READ.format('"data/a.csv"'), "data/a.csv": "x,y\n1,2\n"}, "git"),
    (
        "a joined path",
        {"train.py": "import os\n" + READ.format('os.path.join("data", "a" + ".csv")'), "data/a.csv": "x\n1\n"},
        "git",
    ),
    ("an f-string", {"train.py": "ROOT = 'data'\n" + READ.format('f"{ROOT}/a.csv"'), "data/a.csv": "x\n1\n"}, "git"),
    (
        "pathlib",
        {"train.py": "from pathlib import Path\n" + READ.format('Path("data") / "a.csv"'), "data/a.csv": "x\n1\n"},
        "git",
    ),
    (
        "a DVC pointer",
        {"train.py": READ.format('"data/a.csv"'), "data/a.csv.dvc": "outs:\n- md5: 1\n  path: a.csv\n"},
        "dvc",
    ),
    (
        "a Git LFS pointer",
        {
            "train.py": "import numpy as np\nnp.load('a.npy')\n",
            "a.npy": "version https://git-lfs.github.com/spec/v1\noid sha256:" + "1f" * 32 + "\nsize 9\n",
        },
        "git-lfs",
    ),
    ("a library", {"train.py": "from sklearn.datasets import load_iris\nx = load_iris()\n"}, "library"),
    (
        "a library under a short name",
        {"train.py": "from tensorflow import keras\nmnist = keras.datasets.mnist\nx = mnist.load_data()\n"},
        "library",
    ),
    (
        "a class made from a library's",
        {"train.py": "from torchvision.datasets import CIFAR10\nclass Mine(CIFAR10):\n    pass\nx = Mine('d')\n"},
        "library",
    ),
    (
        "a pinned hub data set",
        {"train.py": "from datasets import load_dataset\nx = load_dataset('imdb', revision='abc')\n"},
        "pinned download",
    ),
    ("a hub data set", {"train.py": "from datasets import load_dataset\nx = load_dataset('imdb')\n"}, "download"),
    ("a DOI", {"train.py": READ.format('"https://zenodo.org/record/1234/files/a.csv"')}, "pinned download"),
    ("an address", {"train.py": READ.format('"https://example.org/a.csv"')}, "download"),
    (
        "a download script",
        {"train.py": READ.format('"data/a.csv"'), "get.sh": "wget https://example.org/a.csv -P data\n"},
        "download",
    ),
    (
        "a link",
        {
            "train.py": READ.format('"data/a.csv"'),
            "README.md": RUN + "\nThe data are on [Kaggle](https://www.kaggle.com/c/x/data).\n",
        },
        "link",
    ),
    ("a name", {"train.py": READ.format('"data/a.csv"'), "README.md": RUN + "\nThe Frogs dataset is used.\n"}, "named"),
    ("nothing", {"train.py": READ.format('"data/a.csv"')}, "absent"),
    ("an unpacked archive", {"train.py": READ.format('"data/in/a.csv"'), "data/all.zip": b"PK\x03\x04"}, "git"),
]


@pytest.mark.parametrize(("files", "management"), [c[1:] for c in SOURCES], ids=[c[0] for c in SOURCES])
def test_a_source_is_explained(tmp_path: Path, files: dict[str, str | bytes], management: str) -> None:
    found = data_of(tmp_path, files)
    assert [s.management.value for s in found.sources if s.is_main] == [management]


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nx = np.random.rand(9)\nnp.save('x.npy', x)\ny = np.load('x.npy')\n",
        "import gymnasium\nenv = gymnasium.make('CartPole-v1')\n",
        "import yaml\nc = yaml.safe_load(open('config.yaml'))\n",
        "import torch\nmodel = torch.load('model.pt')\n",
        "from sklearn.datasets import make_moons\nx, y = make_moons()\n",
        "import pandas as pd\ndef decode(s):\n    return pd.read_json(s)\nx = decode('utf-8')\ny = decode(True)\n",
    ],
)
def test_what_the_code_makes_itself_is_no_data(tmp_path: Path, code: str) -> None:
    assert not data_of(tmp_path, {"train.py": code}).uses_data


@pytest.mark.parametrize(
    "readme",
    [
        "# X\n\nI am the author of [Data Science by Hand](https://books.example.com/1)\n",
        "# X\n\n[![Open](https://kaggle.com/static/images/open-in-kaggle.svg)](https://kaggle.com/kernels/welcome)\n",
        "# X\n\nThe [data](https://www.example.org/download?rep=1&type=pdf) are those of the paper.\n",
        "# X\n\n```bash\naws s3 cp results/ s3://bucket/name/results/ --recursive\n```\n",
    ],
)
def test_a_book_a_badge_and_an_upload_are_no_data(tmp_path: Path, readme: str) -> None:
    assert not data_of(tmp_path, {"train.py": "print(1)\n", "README.md": readme}).uses_data


INPUTS = [
    ({"train.py": READ.format('"a.csv"'), "a.csv": "x\n1\n"}, "yes"),
    (
        {
            "train.py": READ.format('"a.csv"'),
            "README.md": RUN + "\nGet the data from https://www.kaggle.com/c/x/data .\n",
        },
        "partial",
    ),
    ({"train.py": READ.format('"a.csv"')}, "no"),
    ({"train.py": "print(1)\n"}, "na"),
    (
        {
            "train.py": READ.format('"a.csv"'),
            "download.py": "import kagglehub\nkagglehub.dataset_download('x/y')\nprint('Move the files to data')\n",
        },
        "partial",
    ),
]


@pytest.mark.parametrize(("files", "answer"), INPUTS)
def test_the_input_comes_with_the_command_or_not(tmp_path: Path, files: dict[str, str | bytes], answer: str) -> None:
    assert str(data_of(tmp_path, files).example_input.answer) == answer


def test_what_a_script_of_the_project_makes_is_traced_to_its_input(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "train.py": READ.format('"made.csv"'),
        "prepare.py": "import pandas as pd\npd.read_csv('raw.csv').to_csv('made.csv')\n",
        "raw.csv": "x\n1\n",
    }
    assert [s.what for s in data_of(tmp_path, files).sources if s.is_main] == ["raw.csv"]


HANDLES = [
    (
        "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('--data', default='a.csv')\na = p.parse_args()\n" + READ.format("a.data"),
        True,
        False,
    ),
    ("PATH = 'a.csv'\n" + READ.format("PATH"), False, False),
    ("import os\nPATH = 'a.csv'\n" + READ.format("os.environ.get('DATA', PATH)"), True, False),
    ("import pandas as pd\ndef main():\n    return pd.read_csv('a.csv')\nmain()\n", False, True),
]


@pytest.mark.parametrize(("code", "is_open", "is_buried"), HANDLES)
def test_a_handle_is_open_constant_or_buried(tmp_path: Path, code: str, is_open: bool, is_buried: bool) -> None:
    handle = data_of(tmp_path, {"train.py": code, "a.csv": "x\n1\n"}).handles[0]
    assert (handle.is_open, handle.is_buried) == (is_open, is_buried)


def test_the_name_of_a_hub_set_may_be_an_option(tmp_path: Path) -> None:
    code = "import sys\nfrom datasets import load_dataset\nload_dataset(sys.argv[1])\n"
    assert [h.is_open for h in data_of(tmp_path, {"train.py": code}).handles] == [True]


def test_a_parameter_that_a_command_declares_in_its_annotation_chooses_the_data(tmp_path: Path) -> None:
    code = (
        "from typing import Annotated\nimport pandas as pd, typer\napp = typer.Typer()\n\n\n@app.command()\n"
        "def fit(\n    places: Annotated[str, typer.Option(help='Where.')] = None,\n):\n    pd.read_csv(places)\n"
        "\n\napp()\n"
    )
    page = "    python train.py --places https://example.org/pears.csv\n"
    found = data_of(tmp_path, {"train.py": code, "README.md": page})
    assert [(h.what, h.is_open, h.at.line) for h in found.handles] == [("--places", True, 8)]
    assert [s.what for s in found.sources if s.is_main] == ["https://example.org/pears.csv"]


def test_a_table_of_columns_describes_the_input(tmp_path: Path) -> None:
    table = "\n## Data\n\n| column | meaning |\n| --- | --- |\n| x | width |\n| y | height |\n"
    found = data_of(tmp_path, {"README.md": RUN + table, "train.py": READ.format('"a.csv"'), "a.csv": "x,y\n1,2\n"})
    assert [d.is_full for d in found.descriptions][:1] == [True]
    assert [(c.name, c.kind) for c in found.tables[0].columns] == [("x", "integer"), ("y", "integer")]


def test_a_sample_only_hints(tmp_path: Path) -> None:
    found = data_of(tmp_path, {"train.py": READ.format('"a.csv"'), "a.csv": "x,y\n1,2\n"})
    assert found.descriptions and not any(d.is_full for d in found.descriptions)


STAGES = [
    (
        {"dvc.yaml": "stages:\n  a:\n    cmd: python a.py\n    outs: [x]\n  b:\n    cmd: python b.py\n    outs: [y]\n"},
        {"a", "b"},
    ),
    (
        {"dvc.yaml": "stages:\n  a:\n    cmd: python -m kit.a\n    outs: [x.csv]\n", "kit/a.py": "x.to_csv('x.csv')\n"},
        {"a"},
    ),
    ({"Snakefile": "rule all:\n  input: 'b'\nrule a:\n  output: 'a'\nrule b:\n  output: 'b'\n"}, {"a", "b"}),
    (
        {"Makefile": ".PHONY: train\nout/x.csv: a.py\n\tpython a.py\ntrain: out/x.csv\n\tpython train.py\n"},
        {"out/x.csv"},
    ),
    (
        {"MLproject": "entry_points:\n  main:\n    command: python a.py\n  test:\n    command: python b.py\n"},
        {"main", "test"},
    ),
    ({"_targets.R": "list(\n  tar_target(a, f()),\n  tar_target(\n    name = b, g(a)\n  )\n)\n"}, {"a", "b"}),
    (
        {"flow.py": "from zenml import step\n@step(\n  a=1,\n)\ndef load():\n    0\n@step\ndef fit(x):\n    0\n"},
        {"load", "fit"},
    ),
    ({"flow.py": "from prefect import task\n@task\ndef load():\n    pass\n"}, set()),
    ({"jobs.py": "import luigi\nclass Clean(luigi.Task):\n    pass\n"}, {"Clean"}),
    ({"main.nf": "process ALIGN {\n  output:\n  path 'x'\n}\n"}, {"ALIGN"}),
    ({"pipeline.yaml": "tasks:\n  - source: clean.py\n    product: out/x.csv\n"}, {"clean.py"}),
    ({"Makefile": "notebook:\n\tjupyter notebook\nprepare-release:\n\t./scripts/release.sh\n"}, set()),
    ({"Makefile": "sdist:\n\tpython setup.py sdist\nupload:\n\tpython -m twine\n"}, set()),
    (
        {
            "prepare.py": "x.to_csv('mid.csv')\n",
            "train.py": "import pandas as pd\npd.read_csv('mid.csv')\n",
            "README.md": RUN + "\n`mid.csv` is made first.\n",
        },
        {"prepare.py"},
    ),
]


@pytest.mark.parametrize(("files", "declared"), STAGES)
def test_declared_stages_are_found(tmp_path: Path, files: dict[str, str | bytes], declared: set[str]) -> None:
    assert {s.name for s in data_of(tmp_path, files).stages if s.is_declared} == declared


CIRCLES = (
    "import os\na = os.path.join(b, 'x')\nb = os.path.join(a, 'y')\nopen(a)\ndef f(p):\n    return open(f(p))\nf(f)\n"
)
ODD = "import glob\nimport numpy as np\nopen(*a)\nopen(**k)\nopen()\nopen(1)\nglob.glob()\nnp.load(b'x')\n"

BAD: dict[str, dict[str, str | bytes]] = {
    "nothing but brackets": {"dvc.yaml": "[" * 100_000, "guild.yml": "{" * 2_000, "MLproject": "&a [*a, *a]\n"},
    "bytes": {"train.py": b"\xff\xfe\x00open(", "data/a.csv": b"\x00\x01\xff", "Makefile": b"\xff:\n\t\xff\n"},
    "a broken pointer": {"train.py": READ.format('"a"'), "a.dvc": b"\xff", "dvc.lock": "deps:\n- path:\n"},
    "long lines": {"train.py": "x = " + "a " * 50_000 + "\n", "get.sh": "wget " + "x" * 100_000},
    "a long paragraph": {"README.md": "your own data " * 300},
    "a table of one line": {"train.py": READ.format('"a.csv"'), "a.csv": ",".join("abc" * 30_000)},
    "paths in circles": {"train.py": CIRCLES},
    "odd arguments": {"train.py": ODD},
}


@pytest.mark.parametrize("files", BAD.values(), ids=BAD.keys())
def test_bad_input_gives_an_answer(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    assert data_of(tmp_path, files).example_input.message
