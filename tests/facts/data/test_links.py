"""What on a page leads to the data, and what a download leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from laid import lay

from repro_audit.facts.data.model import Data
from repro_audit.model import Hints
from repro_audit.project import Project

READ = "import pandas as pd\nd = pd.read_csv('data.csv')\n"


def data_of(root: Path, files: dict[str, str]) -> Data:
    return Project(lay(root, files), Hints()).data


@pytest.mark.parametrize(
    ("page", "management"),
    [
        ("The data are [here](https://example.org/data/set1).", "link"),
        ("[![Windows](https://img.shields.io/badge/Windows-11-blue)](https://example.com/windows/) with data", "named"),
        ("See the [notebook](https://github.com/a/b/blob/main/demo.ipynb) on such data.", "named"),
    ],
)
def test_a_link_leads_to_data_and_not_to_code_or_behind_a_badge(page: str, management: str, tmp_path: Path) -> None:
    found = data_of(tmp_path, {"train.py": READ, "README.md": "# X\n\n" + page})
    assert [s.management.value for s in found.sources] == [management]


def test_what_a_download_is_told_to_write_is_not_missing(tmp_path: Path) -> None:
    code = (
        "import zipfile\nimport urllib.request as request\n"
        "request.urlretrieve(url='https://example.org/a.zip', filename='in/a.zip')\n"
        "z = zipfile.ZipFile('in/a.zip')\n"
    )
    page = "The data come from [Kaggle](https://www.kaggle.com/datasets/a/b).\n"
    assert str(data_of(tmp_path, {"train.py": code, "README.md": page}).example_input.answer) == "yes"


def test_what_lies_in_a_folder_of_models_is_no_data(tmp_path: Path) -> None:
    code = "import pickle\nm = pickle.load(open('../deploy-models/trainer.pkl', 'rb'))\n"
    assert not data_of(tmp_path, {"train.py": code}).uses_data


@pytest.mark.parametrize(
    ("code", "uses_data"),
    [
        ("def create_images(n):\n    return np.random.normal(size=n)\nfit(create_images(3))\n", False),
        ("def shuffled(n):\n    return np.random.normal(size=n)\nfit(shuffled(3))\n", True),
        ("def create_images(n):\n    return np.random.permutation(n)\nfit(create_images(3))\n", True),
    ],
)
def test_data_that_the_experiment_draws_itself_are_none(code: str, uses_data: bool, tmp_path: Path) -> None:
    files = {"train.py": "import numpy as np\n" + code, "other.py": READ, "README.md": "    python train.py\n"}
    assert data_of(tmp_path, files).uses_data is uses_data


def test_an_entry_of_a_configuration_is_no_column(tmp_path: Path) -> None:
    code = "import pandas as pd\nc = read()\nrate = config['TRAIN']['rate']\nd = pd.read_csv('a.csv')\nx = d['age']\n"
    found = data_of(tmp_path, {"train.py": code, "a.csv": "age\n1\n"})
    assert not any("rate" in d.text for d in found.descriptions)
    assert any("age" in d.text for d in found.descriptions)
