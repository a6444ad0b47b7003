"""By what each system is known: the modules it is imported as, its files, and its commands.

Slugs are those of the result's `uses`; systems of the same kind that the list there leaves open
have the name they go by on the command line.
"""

from __future__ import annotations

import re

_MODULES = {  # slug -> the modules it is imported as; a dotted name wins over its top level
    "aim": "aim",
    "bentoml": "bentoml",
    "clearml": "clearml",
    "cog": "cog",
    "colab": "google.colab",
    "comet": "comet_ml",
    "dash": "dash",
    "datalad": "datalad",
    "dolt": "doltpy doltcli",
    "dvc": "dvc dvclive",
    "fastapi": "fastapi",
    "flask": "flask flask_restful",
    "gradio": "gradio",
    "guild": "guild",
    "hydra": "hydra",
    "jax": "jax flax haiku optax equinox",
    "kedro": "kedro",
    "lakefs": "lakefs lakefs_client lakefs_sdk lakefs_spec",
    "mlflow": "mlflow",
    "nbdime": "nbdime",
    "neptune": "neptune",
    "omniboard": "omniboard",
    "panel": "panel",
    "python-dotenv": "dotenv",
    "pytorch": "torch torchvision torchtext torchaudio pytorch_lightning lightning",
    "quilt": "quilt quilt3",
    "sacred": "sacred",
    "sklearn": "sklearn",
    "snakemake": "snakemake",
    "streamlit": "streamlit",
    "tensorboard": "tensorboard tensorboardX tensorboard_logger torch.utils.tensorboard",
    "tensorflow": "tensorflow tensorflow_probability keras tf_keras",
    "terminusdb": "terminusdb terminusdb_client woqlclient",
    "torchserve": "ts.torch_handler",
    "wandb": "wandb",
}
IMPORTS = {module: slug for slug, modules in _MODULES.items() for module in modules.split()}
OTHER_LANGUAGES = {  # packages of R and Julia
    "doltr": "dolt",
    "keras": "tensorflow",
    "keras3": "tensorflow",
    "mlflow": "mlflow",
    "tensorflow": "tensorflow",
    "MLFlowClient": "mlflow",
    "ScikitLearn": "sklearn",
    "TensorBoardLogger": "tensorboard",
    "Wandb": "wandb",
}

NAMES = tuple(  # a file whose path is of that form; the cheapest test, so it comes first
    (re.compile(pattern, re.IGNORECASE), slug)
    for pattern, slug in (
        (r"(^|/)(dvc\.(yaml|lock)|\.dvc/config|[^/]+\.dvc|\.dvcignore)$", "dvc"),
        (r"(^|/)MLproject$", "mlflow"),
        (r"(^|/)guild\.ya?ml$", "guild"),
        (r"(^|/)snakefile$|(^|/)workflow/rules/[^/]+\.smk$", "snakemake"),
        (r"(^|/)\.?lakefs(_ref)?\.ya?ml$|(^|/)\.lakectl\.ya?ml$", "lakefs"),
        (r"(^|/)\.dud/(config\.ya?ml|index)$", "dud"),
        (r"(^|/)\.dolt/", "dolt"),
        (r"(^|/)\.TDB$", "terminusdb"),
        (r"(^|/)(dockerfile|containerfile)([._-][^/]*)?$|\.dockerfile$|(^|/)(docker-)?compose[^/]*\.ya?ml$", "docker"),
        (r"(^|/)\.devcontainer(\.json$|/)", "docker"),
        (r"(^|/)(conda-lock\.ya?ml|conda[^/]*\.(lock|txt))$", "conda"),
        (r"(^|/)poetry\.lock$", "poetry"),
        (r"(^|/)uv\.(lock|toml)$", "uv"),
        (r"(^|/)Pipfile(\.lock)?$", "pipenv"),
        (r"(^|/)pdm\.lock$", "pdm"),
        (r"(^|/)pixi\.(lock|toml)$", "pixi"),
        (r"(^|/)(flake|default|shell)\.nix$", "nix"),
        (r"(^|/)(manifest|guix|channels)\.scm$", "guix"),
        (r"(^|/)([^/]+\.def|singularity([._-][^/]*)?|apptainer[^/]*)$", "apptainer"),
        (r"(^|/)\.datalad/", "datalad"),
        (r"(^|/)\.quilt/", "quilt"),
        (r"(^|/)nbdime_config\.json$", "nbdime"),
        (r"(^|/)bentofile\.ya?ml$", "bentoml"),
        (r"(^|/)cog\.ya?ml$", "cog"),
        (r"(^|/)(gnu)?makefile$|\.mk$", "make"),
        (r"(^|/)renv\.lock$", "renv"),
    )
)
_REQUIREMENTS = r"(^|/)[^/]*requirements?[^/]*\.(txt|in)$|(^|/)requirements/[^/]+\.txt$"
_CI = r"(^|/)(\.github/workflows/[^/]+|\.gitlab-ci|\.circleci/config)\.ya?ml$"
CONTENTS = tuple(  # paths of that form, with text of that form in them
    (re.compile(path, re.IGNORECASE), re.compile(text, re.MULTILINE), slug)
    for path, text, slug in (
        (_REQUIREMENTS, r"^\s*[A-Za-z][\w.\[\],-]*\s*([=<>!~;@#]|$)|^-r|^git\+|^https?:", "pip-requirements"),
        (r"(^|/)[^/]*(env|conda)[^/]*\.ya?ml$", r"^dependencies\s*:\s*(#.*)?$", "conda"),
        (r"\.(txt|lock|conda)$", r"^@EXPLICIT|^# *\$ conda create --name", "conda"),
        (r"(^|/)\.gitattributes$", r"^[^#\n]*\bfilter=lfs\b", "git-lfs"),
        (r"(^|/)\.gitattributes$", r"^[^#\n]*\bannex\.|^[^#\n]*\bfilter=annex\b", "git-annex"),
        (r"(^|/)\.(gitattributes|gitconfig)$", r"jupyternotebook|nbdime", "nbdime"),
        (r"(^|/)pyproject\.toml$", r"^\[tool\.poetry[.\]]", "poetry"),
        (r"(^|/)pyproject\.toml$", r"^\[tool\.uv[.\]]|^\[\[tool\.uv\.", "uv"),
        (r"(^|/)pyproject\.toml$", r"^\[tool\.pdm[.\]]", "pdm"),
        (r"(^|/)pyproject\.toml$", r"^\[tool\.pixi[.\]]", "pixi"),
        (r"(^|/)pyproject\.toml$", r"^\[tool\.kedro\]", "kedro"),
        (r"(^|/)\.kedro\.yml$", r"\S", "kedro"),
        (_CI, r"^\s+container\s*:|^\s*-?\s*(image|docker)\s*:", "docker"),
        (r"\.ya?ml$", r"^hydra\s*:|^\s+-\s*(override\s+)?/?hydra/", "hydra"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*omniboard", "omniboard"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*terminusdb", "terminusdb"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*dolthub|image\s*:.*\bdolt\b", "dolt"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*lakefs", "lakefs"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*mlflow", "mlflow"),
    )
)

_START = r"(?m)(?:^|\bdo\b|&&)\s*(?:[$>%!#]\s*)?(?:RUN\s+)?(?:sudo\s+|(?:poetry|uv|pdm|pipenv|pixi|conda)\s+run\s+)?"
COMMANDS = tuple(
    (re.compile(_START + pattern), slug)
    for pattern, slug in (
        (r"(?:conda|mamba|micromamba)\s+(?:create|env\s+(?:create|update)|install|activate)\b", "conda"),
        (r"(?:conda-lock|mamba-lock)\s+\w", "conda"),
        (r"docker(?:-compose\s+|\s+(?:compose\s+)?)(?:-\S+\s+)*(?:build|buildx|run|up|pull|exec|start)\b", "docker"),
        (
            r"dvc\s+(?:pull|push|repro|exp|add|get|import|init|run|metrics|plots|fetch|checkout|stage|params|dag|remote)\b",
            "dvc",
        ),
        (r"mlflow\s+(?:ui|run|server|models|experiments|runs|artifacts)\b", "mlflow"),
        (r"guild\s+(?:run|compare|runs|view|init|check|tensorboard|operations|ops|diff|watch)\b", "guild"),
        (r"kedro\s+(?:run|install|test|viz|jupyter|package|build)\b", "kedro"),
        (r"snakemake\s+-", "snakemake"),
        (r"poetry\s+(?:install|run|shell|add|lock|update)\b", "poetry"),
        (r"uv\s+(?:sync|run|pip|venv|add|lock|tool)\b|uvx\s+\w", "uv"),
        (r"pipenv\s+(?:install|run|shell|sync)\b", "pipenv"),
        (r"pdm\s+(?:install|run|sync|add)\b", "pdm"),
        (r"pixi\s+(?:install|run|shell|add|global)\b", "pixi"),
        (r"nix(?:-shell|-build|\s+(?:develop|build|shell|run))\b", "nix"),
        (r"guix\s+(?:shell|environment|time-machine|build)\b", "guix"),
        (r"(?:singularity|apptainer)\s+(?:build|exec|run|pull|shell)\b", "apptainer"),
        (r"(?:python3?\s+-m\s+)?streamlit\s+run\b", "streamlit"),
        (r"gradio\s+\S+\.py\b", "gradio"),
        (r"(?:python3?\s+-m\s+)?flask\s+(?:--\S+\s+(?:\S+\s+)?)?run\b", "flask"),
        (r"fastapi\s+(?:dev|run)\b", "fastapi"),
        (r"panel\s+serve\b", "panel"),
        (r"bentoml\s+(?:serve|build|containerize)\b", "bentoml"),
        (r"(?:sudo\s+)?cog\s+(?:predict|run|build)\b", "cog"),
        (r"torchserve\s+-|torch-model-archiver\s+-", "torchserve"),
        (r"(?:python3?\s+-m\s+)?(?:tensorboard(?:\.main)?|load_ext\s+tensorboard)(?:\s+(?:dev|-)|\s*$)", "tensorboard"),
        (r"wandb\s+(?:login|sweep|agent|init|sync|online|offline|launch)\b", "wandb"),
        (r"aim\s+(?:up|init)\b", "aim"),
        (r"git\s+(?:lfs|-lfs)\s+(?:install|pull|track|fetch|clone)\b|git-lfs\s+(?:pull|install)\b", "git-lfs"),
        (r"git\s+annex\s+(?:get|init|add)\b", "git-annex"),
        (r"datalad\s+(?:install|get|clone|run|rerun|create|save)\b", "datalad"),
        (r"quilt3?\s+(?:install|push|config)\b", "quilt"),
        (r"lakectl\s+\w", "lakefs"),
        (r"dud\s+(?:init|commit|fetch|checkout|run|push|pull|stage|status)\b", "dud"),
        (r"dolt\s+(?:clone|init|sql|pull|push|add|commit|checkout|table|log|diff|fetch|remote|dump)\b", "dolt"),
        (
            r"(?:terminusdb|tdbpy)\s+(?:db|clone|init|store|doc|query|push|pull|serve|startproject|commit|\w+csv)\b",
            "terminusdb",
        ),
        (r"(?:npx\s+)?omniboard\s+-", "omniboard"),
        (r"nbdime\s+\w|nbdiff(?:-web)?\s+\S|nbmerge\s+\S|nbshow\s+\S|git-nbdiff", "nbdime"),
    )
)
MAKE = re.compile(_START + r"make(?:\s+[\w./=-]+)*\s*(?:#.*)?$")
