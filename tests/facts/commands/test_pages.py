"""Commands on pages as people write them: listings, tags, file names in sentences, batch files and containers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from laid import lay

from repro_audit.facts.commands.choose import find_commands
from repro_audit.facts.commands.model import Commands
from repro_audit.facts.documents import read_documents
from repro_audit.facts.files import Tree
from repro_audit.facts.sources import Sources
from repro_audit.model import Hints

RUNS = "if __name__ == '__main__':\n    print(1)\n"
TRAINS = "model.fit(x, y)\n"
BOOK = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1"]}], "nbformat": 4, "metadata": {}})


def found(root: Path, files: dict[str, str]) -> Commands:
    tree = Tree(lay(root, files))
    return find_commands(tree, Sources(tree), read_documents(tree), Hints())


STATED = {
    "a listing names files and runs none": (
        {
            "README.md": "Each task:\n\n```\ntask/\n  data/\n  run_it.py\n  models.py\n```\n\nThen `python go.py`.",
            "go.py": RUNS,
        },
        "python go.py",
    ),
    "a file's name among others in a sentence": (
        {"README.md": "To train, you only need to run `[TASK]_job.py` (e.g. `add_job.py`).", "a/add_job.py": TRAINS},
        "python a/add_job.py",
    ),
    "code in tags": (
        {"README.md": "Train it:\n<code>python train.py name=one</code>\nand wait", "train.py": RUNS},
        "python train.py name=one",
    ),
    "a batch file": (
        {"README.md": "## Experiments\n\n    ./all.bat\n", "all.bat": "rem python old.py\npython t.py\n", "t.py": RUNS},
        "./all.bat",
    ),
    "a container's own program": (
        {
            "README.md": "# X\n\n```bash\ndocker compose up\n```\n",
            "docker-compose.yml": "services:\n  a:\n    image: x\n    command: /app/start.sh go\n",
            "train.txt": "",
        },
        None,
    ),
}


@pytest.mark.parametrize("name", STATED)
def test_a_page_states_a_command_without_gaps(name: str, tmp_path: Path) -> None:
    files, text = STATED[name]
    commands = found(tmp_path, files)
    assert commands.gaps == (), commands
    if text is not None:
        assert [c.text for c in commands.chosen] == [text]


def test_a_batch_file_is_followed_without_its_remarks(tmp_path: Path) -> None:
    commands = found(tmp_path, STATED["a batch file"][0])
    assert [s.path for s in commands.steps if s.path] == ["all.bat", "t.py"]


def test_a_script_in_a_folder_starts_the_containers_of_that_folder(tmp_path: Path) -> None:
    files = {
        "README.md": "Run `jobs/start.sh` to train.",
        "jobs/start.sh": "docker compose up\n",
        "jobs/docker-compose.yml": "services:\n  a:\n    image: x\n    command: python near.py\n",
        "jobs/near.py": RUNS,
        "other/Dockerfile": "FROM x\nCMD python far.py\n",
        "other/far.py": RUNS,
    }
    assert [s.path for s in found(tmp_path, files).steps if s.path] == ["jobs/start.sh", "jobs/near.py"]


def test_a_notebook_that_only_looks_at_the_data_comes_after_a_script_that_trains(tmp_path: Path) -> None:
    files = {"README.md": "The notebook `data_analysis.ipynb` shows the data.", "data_analysis.ipynb": BOOK}
    assert found(tmp_path, files).chosen[0].text.endswith("data_analysis.ipynb")
    assert found(tmp_path, {**files, "train.py": TRAINS}).chosen[0].text == "python train.py"


def test_a_program_in_a_folder_for_downloads_is_guessed_last(tmp_path: Path) -> None:
    files = {"download_prices/main.py": RUNS, "forecast/main.py": RUNS}
    assert found(tmp_path, files).chosen[0].text == "python forecast/main.py"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("Execute .ipynb and .py in order from 0 to 1 in the code folder.", ["code/0_prep/a.ipynb", "code/1_fit/b.py"]),
        ("Run the notebooks in the given order.", ["1-first.ipynb", "2-then.ipynb", "10_last.ipynb"]),
    ],
)
def test_numbered_files_that_are_to_be_run_in_order_are_the_experiment(
    page: str, names: list[str], tmp_path: Path
) -> None:
    files = {name: BOOK if name.endswith(".ipynb") else RUNS for name in reversed(names)}
    commands = found(tmp_path, {"README.md": page, "helpers.py": "x = 1\n", **files})
    assert [s.path for s in commands.steps] == names
    assert commands.is_stated
    assert not found(tmp_path, {"README.md": "In order to run the notebooks, install Python."}).is_stated


def test_of_two_parts_the_one_that_the_front_page_names_first_counts(tmp_path: Path) -> None:
    part = {"README.md": "```\npython train.py\n```\n", "train.py": RUNS}
    files = {f"{folder}/{name}": text for folder in ("alpha", "beta") for name, text in part.items()}
    commands = found(tmp_path, {"README.md": "See the READMEs within beta & alpha.", **files})
    assert [s.path for s in commands.steps] == ["beta/train.py"]
