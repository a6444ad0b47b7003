"""Documents of every dialect become blocks with true places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from laid import lay

from repro_audit.facts.documents import Block, BlockKind, Documents, read_documents
from repro_audit.facts.files import Tree


def documents(root: Path, files: dict[str, str]) -> Documents:
    return read_documents(Tree(lay(root, files)))


def only(found: Documents, kind: BlockKind) -> list[Block]:
    return [b for d in found.all for b in d.blocks if b.kind is kind]


DIALECTS = {
    "README.md": "# Title\n\n## Run\n\nSay `x`, see [here](https://a.b).\n\n```bash\npython t.py\n```\n",
    "README.rst": "Title\n=====\n\nRun\n---\n\nSay ``x``, see `here <https://a.b>`_.\n\n"
    ".. code-block:: bash\n\n    python t.py\n",
    "README.org": "* Title\n\n** Run\n\nSay ~x~ , see [[https://a.b][here]].\n\n"
    "#+BEGIN_SRC bash\npython t.py\n#+END_SRC\n",
}


@pytest.mark.parametrize("name", DIALECTS)
def test_dialects_say_the_same(name: str, tmp_path: Path) -> None:
    text = DIALECTS[name]
    found = documents(tmp_path, {name: text})
    (code,) = only(found, BlockKind.CODE)
    assert (code.text, code.headings, code.language) == ("python t.py", ("Title", "Run"), "bash")
    assert text.split("\n")[(code.at.line or 0) - 1].strip() == "python t.py"
    (prose,) = only(found, BlockKind.PROSE)
    assert prose.inline_code == ("x",)
    assert ("here", "https://a.b") in prose.links


def test_the_root_readme_comes_first_and_pages_for_contributors_are_left_out(tmp_path: Path) -> None:
    names = ["docs/a.md", "sub/README.md", "README.md", "README_zh.md", "CONTRIBUTING.md", "REPRODUCIBILITY.md"]
    found = documents(tmp_path, dict.fromkeys(names, "# x\n"))
    expected = ["README.md", "README_zh.md", "sub/README.md", "REPRODUCIBILITY.md", "docs/a.md"]
    assert [d.path for d in found.all] == expected
    assert found.readme is not None


def test_a_table_row_is_one_block_with_the_code_of_its_cells(tmp_path: Path) -> None:
    found = documents(tmp_path, {"README.md": "| a | b |\n|---|---|\n| `x` | [y](z) |\n"})
    row = only(found, BlockKind.TABLE)[-1]
    assert (row.inline_code, row.links, row.at.line) == (("x",), (("y", "z"),), 3)


def test_html_headings_and_code_count(tmp_path: Path) -> None:
    found = documents(tmp_path, {"README.md": '<h2 align="center">Run</h2>\n\n<pre>\npython t.py\n</pre>\n'})
    (code,) = only(found, BlockKind.CODE)
    assert (code.text, code.headings) == ("python t.py", ("Run",))


def test_code_in_tags_within_a_sentence_is_inline_code(tmp_path: Path) -> None:
    found = documents(tmp_path, {"README.md": "Run <code>python t.py</code> or <tt>make</tt>.\n"})
    (prose,) = only(found, BlockKind.PROSE)
    assert (prose.inline_code, prose.text) == (("python t.py", "make"), "Run `python t.py` or `make`.")


def test_notebook_prose_has_the_lines_of_the_file(tmp_path: Path) -> None:
    notebook = {"cells": [{"cell_type": "markdown", "source": ["# Data\n", "\n", "From `a.csv`."]}], "nbformat": 4}
    text = json.dumps(notebook, indent=1)
    found = documents(tmp_path, {"n.ipynb": text})
    (prose,) = only(found, BlockKind.PROSE)
    assert "From `a.csv`." in text.split("\n")[(prose.at.line or 0) - 1]
    assert prose.headings == ("Data",)


@pytest.mark.parametrize(
    "text", ["", "\x00\x01", "[" * 30_000, "* " * 30_000, "`" * 30_001, "| a\n" * 500, "<" * 20_000]
)
def test_hostile_text_gives_an_answer(text: str, tmp_path: Path) -> None:
    assert isinstance(documents(tmp_path, {"README.md": text, "a.rst": text, "b.org": text}), Documents)
