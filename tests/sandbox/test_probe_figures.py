"""Figures that a program only shows are kept in the home folder of the run, and the program notices nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_probe import run

CODE = """
import matplotlib.pyplot as plt
first, axes = plt.subplots(figsize=(1, 1)); axes.plot([1, 2])
second = plt.figure(figsize=(2, 1))
plt.figure(1)
print(plt.show(), plt.gcf() is first, plt.show.__name__)
plt.close('all'); plt.show()
plt.figure(figsize=(1, 2)); plt.show(block=False)
"""


@pytest.mark.parametrize("keeps", [True, False])
def test_figures_that_are_only_shown_are_kept(keeps: bool, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    told = {"show": True} if keeps else {}
    ran = run(tmp_path, CODE, **told)
    assert (ran.exit, ran.output) == (0, "None True show\n"), ran.error
    kept = sorted(p.name for p in tmp_path.glob("shown-figures/*"))
    assert kept == ([f"figure-{n:03}.png" for n in (1, 2, 3)] if keeps else [])
    assert [p.name for p in (tmp_path / "project").iterdir()] == ["main.py"]


def test_a_figure_that_cannot_be_drawn_hinders_nobody(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    code = "import matplotlib.pyplot as plt\nplt.title('$\\\\nonsense{$')\nplt.show()\nprint('on')\n"
    ran = run(tmp_path, code, show=True)
    assert (ran.exit, ran.output) == (0, "on\n"), ran.error
