"""By what each system is known: the modules it is imported as, its files, and its commands.

Slugs are those of the result's `uses`; systems of the same kind that the list there leaves open
have the name they go by on the command line.
"""

from __future__ import annotations

import re

from .regex import regex

_MODULES = {  # slug -> the modules it is imported as; a dotted name wins over its top level
    "aim": "aim",
    "airflow": "airflow",
    "bentoml": "bentoml",
    "clearml": "clearml",
    "cog": "cog",
    "colab": "google.colab",
    "comet": "comet_ml",
    "dagster": "dagster",
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
    "luigi": "luigi",
    "metaflow": "metaflow",
    "mlflow": "mlflow",
    "nbdime": "nbdime",
    "neptune": "neptune",
    "omniboard": "omniboard",
    "panel": "panel",
    "prefect": "prefect",
    "python-dotenv": "dotenv",
    "pytorch": "torch torchvision torchtext torchaudio pytorch_lightning lightning",
    "quilt": "quilt quilt3",
    "sacred": "sacred",
    "sklearn": "sklearn",
    "snakemake": "snakemake",
    "streamlit": "streamlit",
    "tensorboard": "tensorboard tensorboardX tensorboard_logger torch.utils.tensorboard flax.metrics.tensorboard "
    "clu.metric_writers",
    "tensorflow": "tensorflow tensorflow_probability keras tf_keras",
    "terminusdb": "terminusdb terminusdb_client woqlclient",
    "torchserve": "ts.torch_handler",
    "wandb": "wandb",
    "zenml": "zenml",
}
IMPORTS = {module: slug for slug, modules in _MODULES.items() for module in modules.split()}
OTHER_LANGUAGES = {  # packages of R and Julia
    "doltr": "dolt",
    "guildai": "guild",
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
    (regex(pattern, re.IGNORECASE), slug)
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
    (regex(path, re.IGNORECASE), regex(text, re.MULTILINE), slug)
    for path, text, slug in (
        (_REQUIREMENTS, r"^[ \t]*[A-Za-z][\w.\[\],-]*\s*([=<>!~;@#]|$)|^-r|^git\+|^https?:", "pip-requirements"),
        (r"(^|/)[^/]*(env|conda)[^/]*\.ya?ml$", r"^dependencies\s*:\s*(#.*)?$", "conda"),
        (r"(^|/)envs?/[^/]+\.ya?ml$", r"^dependencies\s*:\s*(#.*)?$", "conda"),
        (r"(^|/)snakefile$|\.smk$", r"^[ \t]+conda\s*:", "conda"),
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
        (_CI, r"^[ \t]+container\s*:|^[ \t]*-?\s*(image|docker)\s*:", "docker"),
        (r"\.ya?ml$", r"^hydra\s*:|^[ \t]+-\s*(override\s+)?/?hydra/", "hydra"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*omniboard", "omniboard"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*terminusdb", "terminusdb"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*dolthub|image\s*:.*\bdolt\b", "dolt"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*lakefs", "lakefs"),
        (r"compose[^/]*\.ya?ml$", r"image\s*:.*mlflow", "mlflow"),
    )
)

_START = r"(?m)(?:^|\bdo\b|&&)[ \t]*(?:[$>%!#][ \t]*)?(?:RUN\s+)?"
_START += r"(?:sudo\s+|(?:poetry|uv|pdm|pipenv|pixi|conda)\s+run\s+)?"
COMMANDS = tuple(
    (tuple(needles.split()), regex(_START + pattern), slug)  # substrings without which nothing else is looked for
    for needles, pattern, slug in (
        ("conda mamba", r"(?:conda|mamba|micromamba)\s+(?:create|env\s+(?:create|update)|install|activate)\b", "conda"),
        ("conda mamba", r"(?:conda-lock|mamba-lock)\s+\w", "conda"),
        (
            "docker",
            r"docker(?:-compose\s+|\s+(?:compose\s+)?)(?:-\S+\s+)*(?:build|buildx|run|up|pull|exec|start)\b",
            "docker",
        ),
        (
            "dvc",
            r"dvc\s+(?:pull|push|repro|exp|add|get|import|init|run|metrics|plots|fetch|checkout|stage|params|dag|remote)\b",
            "dvc",
        ),
        ("mlflow", r"mlflow\s+(?:ui|run|server|models|experiments|runs|artifacts)\b", "mlflow"),
        ("guild", r"guild\s+(?:run|compare|runs|view|init|check|tensorboard|operations|ops|diff|watch)\b", "guild"),
        ("kedro", r"kedro\s+(?:run|install|test|viz|jupyter|package|build)\b", "kedro"),
        ("snakemake", r"snakemake\s+-", "snakemake"),
        ("poetry", r"poetry\s+(?:install|run|shell|add|lock|update)\b", "poetry"),
        ("uv", r"uv\s+(?:sync|run|pip|venv|add|lock|tool)\b|uvx\s+\w", "uv"),
        ("pipenv", r"pipenv\s+(?:install|run|shell|sync)\b", "pipenv"),
        ("pdm", r"pdm\s+(?:install|run|sync|add)\b", "pdm"),
        ("pixi", r"pixi\s+(?:install|run|shell|add|global)\b", "pixi"),
        ("nix", r"nix(?:-shell|-build|\s+(?:develop|build|shell|run))\b", "nix"),
        ("guix", r"guix\s+(?:shell|environment|time-machine|build)\b", "guix"),
        ("singularity apptainer", r"(?:singularity|apptainer)\s+(?:build|exec|run|pull|shell)\b", "apptainer"),
        ("streamlit", r"(?:python3?\s+-m\s+)?streamlit\s+run\b", "streamlit"),
        ("gradio", r"gradio\s+\S+\.py\b", "gradio"),
        ("flask", r"(?:python3?\s+-m\s+)?flask\s+(?:--\S+\s+(?:\S+\s+)?)?run\b", "flask"),
        ("fastapi", r"fastapi\s+(?:dev|run)\b", "fastapi"),
        ("panel", r"panel\s+serve\b", "panel"),
        ("bentoml", r"bentoml\s+(?:serve|build|containerize)\b", "bentoml"),
        ("cog", r"(?:sudo\s+)?cog\s+(?:predict|run|build)\b", "cog"),
        ("torchserve torch-model", r"torchserve\s+-|torch-model-archiver\s+-", "torchserve"),
        (
            "tensorboard",
            r"(?:python3?\s+-m\s+)?(?:tensorboard(?:\.main)?|load_ext\s+tensorboard)(?:\s+(?:dev|-)|\s*$)",
            "tensorboard",
        ),
        ("wandb", r"wandb\s+(?:login|sweep|agent|init|sync|online|offline|launch)\b", "wandb"),
        ("aim", r"aim\s+(?:up|init)\b", "aim"),
        ("lfs", r"git\s+(?:lfs|-lfs)\s+(?:install|pull|track|fetch|clone)\b|git-lfs\s+(?:pull|install)\b", "git-lfs"),
        ("annex", r"git\s+annex\s+(?:get|init|add)\b", "git-annex"),
        ("datalad", r"datalad\s+(?:install|get|clone|run|rerun|create|save)\b", "datalad"),
        ("quilt", r"quilt3?\s+(?:install|push|config)\b", "quilt"),
        ("lakectl", r"lakectl\s+\w", "lakefs"),
        ("dud", r"dud\s+(?:init|commit|fetch|checkout|run|push|pull|stage|status)\b", "dud"),
        ("dolt", r"dolt\s+(?:clone|init|sql|pull|push|add|commit|checkout|table|log|diff|fetch|remote|dump)\b", "dolt"),
        (
            "terminusdb tdbpy",
            r"(?:terminusdb|tdbpy)\s+(?:db|clone|init|store|doc|query|push|pull|serve|startproject|commit|\w+csv)\b",
            "terminusdb",
        ),
        ("omniboard", r"(?:npx\s+)?omniboard\s+-", "omniboard"),
        ("nbd nbm nbs", r"nbdime\s+\w|nbdiff(?:-web)?\s+\S|nbmerge\s+\S|nbshow\s+\S|git-nbdiff", "nbdime"),
    )
)
MAKE = regex(_START + r"make(?:\s+[\w./=-]+)*\s*(?:#.*)?$")
