"""The frameworks that apps and APIs are made with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..regex import regex


@dataclass(frozen=True, slots=True)
class Framework:
    """A kind of app: what its file has in it, how the user gives input, and what starts it."""

    kind: str
    needle: str  # a substring without which nothing else is looked for
    entry: re.Pattern[str]
    takes: re.Pattern[str]
    start: re.Pattern[str]


def _framework(kind: str, needle: str, entry: str, takes: str, start: str) -> Framework:
    return Framework(kind, needle, regex(entry, re.MULTILINE), regex(takes), regex(start, re.IGNORECASE))


_WIDGETS = (
    r"\.(?:file_uploader|text_input|text_area|number_input|slider|selectbox|radio|camera_input|chat_input|form|"
    r"date_input|data_editor|audio_input|multiselect)\("
)
_REQUEST = r"request\.(?:files|form|args|json|get_json|data|values|body)|\brequest\b"
FRAMEWORKS = (
    _framework("streamlit", "streamlit", r"^[ \t]*(?:import|from)\s+streamlit\b", _WIDGETS, r"\bstreamlit\s+run\b"),
    _framework(
        "gradio",
        "gradio",
        r"\b(?:Blocks|Interface|ChatInterface|TabbedInterface)\(|\.load\(",
        r".",
        r"\bgradio\s+\S+\.py",
    ),
    _framework(
        "flask", "lask", r"\bFlask\(", _REQUEST, r"\bflask\s+(?:--\S+\s+(?:\S+\s+)?)?run\b|\bgunicorn\b|\bwaitress"
    ),
    _framework(
        "fastapi",
        "FastAPI",
        r"\bFastAPI\(",
        r"\.post\(|UploadFile|BaseModel|Query\(|include_router|\.get\(",
        r"\buvicorn\b|\bfastapi\s+(?:dev|run)\b|\bgunicorn\b",
    ),
    _framework(
        "dash",
        "dash",
        r"\b(?:Dash|JupyterDash)\(",
        r"dcc\.(?:Input|Upload|Dropdown|Slider|Textarea)|dbc\.Input|State\(",
        r"\bgunicorn\b",
    ),
    _framework("panel", "panel", r"^[ \t]*import panel\b", r"FileInput|TextInput|Slider|Select", r"\bpanel\s+serve\b"),
    _framework(
        "bentoml", "bentoml", r"@bentoml\.(?:service|api)|bentoml\.Service\(|BentoService", r".", r"\bbentoml\s+serve\b"
    ),
    _framework("cog", "BasePredictor", r"\bclass\s+\w+\(BasePredictor\)", r".", r"\bcog\s+predict\b"),
    _framework("torchserve", "torch_handler", r"\btorch_handler\b", r".", r"\btorchserve\b"),
    _framework("litserve", "litserve", r"\bLitAPI\b", r".", r"\blitserve\b"),
    _framework("chainlit", "chainlit", r"@cl\.on_message", r".", r"\bchainlit\s+run\b"),
    _framework("telegram", "tele", r"\bTeleBot\(|^[ \t]*from (?:telegram|aiogram)\b", r"message", r"(?!)"),
    _framework("window", "ilog", r"\bfiledialog\b|\bQFileDialog\b", r".", r"(?!)"),
    _framework(
        "django",
        "django",
        r"^[ \t]*from django\.(?:http|shortcuts|views)\b",
        r"request\.(?:FILES|POST)",
        r"manage\.py\s+runserver",
    ),
    _framework("tornado", "tornado", r"\bRequestHandler\b", r"get_argument|request\.(?:body|files)", r"(?!)"),
)
