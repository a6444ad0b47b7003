"""What a script does in the work, by its name: alternatives in one role are no separate steps."""

from __future__ import annotations

from enum import Enum

from ..regex import regex


class Role(Enum):
    """One kind of step; scripts of one role stand side by side, scripts of two follow each other."""

    FETCH = "fetch"  # brings the data
    PREPARE = "prepare"
    PRETRAIN = "pretrain"
    TRAIN = "train"
    EVALUATE = "evaluate"
    APPLY = "apply"  # predicts, submits, exports, serves
    SHOW = "show"  # plots and explores

    @property
    def is_step(self) -> bool:
        """Whether it is part of even the lightest work, as fetching and looking at data are not."""
        return self not in (Role.FETCH, Role.SHOW)


WORDS: dict[Role, str] = {
    Role.FETCH: r"download\w*|fetch\w*|collect\w*|crawl\w*|scrap\w*|acqui\w*|get|pull",
    Role.PREPARE: (
        r"pre|preps?|prepar\w*|preproc\w*|process(?:ing|or)?|clean(?:s|ed|er|ing|sing)?|featuri\w*|features?|"
        r"engineering|extract\w*|splits?|splitting|splitter|convert\w*|transform(?:s|ed|ation)?|makes?|creates?|"
        r"creation|generat\w*|gen|builds?|building|tokeni[sz]e\w*|normali[sz]\w*|augment\w*|"
        r"wrangl\w*|folds|embeddings?|calculate"
    ),
    Role.PRETRAIN: r"pretrain(?:ing|er)?",
    Role.TRAIN: (
        r"train(?:ing|er)?|fit|fitting|fine|finetun\w*|modell?(?:ing|s)?|regress\w*|classif\w*|hpo|tun(?:e|ing)|"
        r"sweep|learn(?:er|ing)?"
    ),
    Role.EVALUATE: (
        r"tests?|testing|eval|evals|evaluat\w*|valid|validat\w*|scor(?:e|es|ing)|metrics|benchmark\w*|"
        r"analy[sz]\w*|analysis|compar\w*|aggregat\w*|summari\w*"
    ),
    Role.APPLY: (
        r"predict\w*|infer|inference|submi\w*|export\w*|deploy\w*|serv(?:e|er|ing)|app|api|demo|render\w*|"
        r"register|sampl(?:e|ing)|streamlit|gradio"
    ),
    Role.SHOW: r"visuali[sz]\w*|vis|plot\w*|figures?|eda|explor\w*|dashboard",
}
KNOWN = {role: regex(rf"(?:{words})\Z") for role, words in WORDS.items()}
PART = regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


GENERAL = frozenset({"main", "run", "script", "index", "start", "__main__"})  # names that say nothing of what is done


def role_of(path: str) -> Role | None:
    """The role that the first telling word of a file's name gives, or of its folder's where the name is as general as
    `main.py`; None for a name that tells none."""
    folder, _, file = path.rpartition("/")
    name = file.rpartition(".")[0]
    if name.lower() in GENERAL:
        name = folder.rpartition("/")[2]
    for part in PART.findall(name):
        for role, pattern in KNOWN.items():
            if pattern.match(part.lower()):
                return role
    return None
