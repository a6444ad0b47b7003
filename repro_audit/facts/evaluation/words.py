"""The words by which an app, a prediction script or an input of the user's own is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERBS = (
    r"predict|predictor|infer|inference|demo|detect|translate|transcribe|recogni[sz]e|classify|caption|"
    r"synthesi[sz]e|stylize|colorize|serve|serving|webcam|chat\w*|interactive|inpaint|denoise|forecast|deploy"
)
_NOUNS = r"predict\w+|inferenc\w+|detect\w+|translat\w+|transcri\w+|recogni\w+|caption\w+|synthes\w+|coloriz\w+|inpaint\w+|forecast\w+|deploy\w+"
# A script named by a verb gives the output of a model; one named by a noun (`price_prediction.py`) may as well train it.
SUBJECT = re.compile(rf"(?:^|[_\W\d])(?:{_NOUNS})(?=$|[_\W\d])", re.IGNORECASE)
FITS = re.compile(r"\.fit\(|\.backward\(|\.fit_generator\(|\bGradientTape\b|\.minimize\(|\bvalue_and_grad\b")
PREDICTS = re.compile(rf"(?:^|[_\W\d])(?:{_VERBS})(?=$|[_\W\d])", re.IGNORECASE)
MAY_PREDICT = re.compile(
    r"(?:^|[_\W])(?:generate|sample|sampling|render|segment|apply|score|scoring|annotate|test|eval|evaluate|run|main|submission|submit"
    r"|reconstruct|interpolate|enhance|super_?res\w*|extract|query|search|retriev\w*|recommend\w*|ask|play|enjoy|inpaint)(?=$|[_\W\d])",
    re.IGNORECASE,
)
OTHER_WORK = re.compile(
    r"data(?:set)?s?\b|dataset|features?|config|label|table|figure|plot|report|docs?|readme|utils?|metrics?|loss|anno\w*|"
    r"vocab|split|preproc|eval(?:uat\w*)?|train|transforms?|augment|layers?|models?_?zoo|mask|anchor|tfrecord|schema|nodes?$",
    re.IGNORECASE,
)

LOADS = re.compile(
    r"\b(?:load_state_dict|torch\.load|jit\.load|load_model|load_weights|load_learner|from_pretrained|joblib\.load|pickle\.load|"
    r"restore|load_checkpoint|load_from_checkpoint|InferenceSession|hub\.load|load_params|load_pretrained|deserialize|YOLO|"
    r"resume_from|cPickle\.load|hf_hub_download|saved_model\.load|Predictor|BSON|JLD2|jldopen|loadmodel!?|readRDS|import_meta_graph|readNet\w*)\b"
)
OPTION_OF_INPUT = re.compile(
    r"""["']-{1,2}(?:i|(?:input|image|img|imgs|images|source|text|sentence|prompt|query|question|file|filename|video|audio|wav|url|webcam|"""
    r"""camera|seq|sequence|fasta|smiles|content|photo|picture|document|src|infile|test_?(?:file|data|image|img|path)|demo|"""
    r"""data_?(?:path|file)|(?:path|folder)_?(?:to_?)?(?:image|img|file|input)s?)(?:[-_]?\w*)?)["']""",
    re.IGNORECASE,
)
TAKES_INPUT = re.compile(
    r"""add_argument\(\s*["'][a-z]\w*["']|\bsys\.argv\[|(?<![\w.])(?:raw_)?input\(|click\.argument|VideoCapture\(\s*0|typer\.Argument|"""
    r"""files\.upload\(|filedialog|QFileDialog|commandArgs|\bARGS\b"""
)
WORD_OF_INPUT = re.compile(
    r"^--?(?:i|input|image|img|source|text|sentence|prompt|query|question|file|video|audio|wav|url|webcam|seq|fasta|smiles|content|"
    r"infile|data[-_]?(?:path|file)|test[-_]?(?:file|image|img))\w*(?:[-_]\w+)?(?:=|$)|\.(?:jpe?g|png|wav|mp3|mp4|avi|fasta|fa|tiff?|bmp|txt|nii(?:\.gz)?|pdb|sdf)$",
    re.IGNORECASE,
)

_THING = (
    r"(?:image|photo|picture|text|sentence|audio|speech|voice|video|file|data|sample|input|example|document|sequence|molecule|compound|"
    r"protein|song|tweet|review|scene|face|dataset|path|question|query|prompt|patient|scan|url|recording|message|bam|fasta|smiles|csv)s?"
)
_OWN = rf"(?:your(?:\s+own)?|(?:his|her|their|our|my)\s+own|own|custom|new|arbitrary|unseen|any|a\s+single|user[- ](?:supplied|provided|given))\b[^.\n]{{0,30}}?\b{_THING}\b"
_DOES = (
    r"\b(?:predict\w*|infer\w*|demo\w*|detect\w*|recogni[sz]\w*|segment\w*|classif\w*|translat\w*|transcrib\w*|generate|generating|"
    r"caption\w*|annotat\w*|denois\w*|render\w*|styli[sz]\w*|coloriz\w*|test(?:ing)?\s+(?:on|with|it|the)|try|upload\w*|"
    r"run(?:ning)?\s+(?:it\s+|the\s+(?:model|network|code)\s+)?(?:on|with)|apply\w*|appli\w*|type|enter|copy\s+and\s+put|put|paste|drop|drag\w*|forecast\w*)\b"
)
OWN_INPUT = re.compile(rf"{_DOES}[^.\n]{{0,80}}?\b{_OWN}|\b{_OWN}[^.\n]{{0,60}}?{_DOES}", re.IGNORECASE)
FILE_AS_INPUT = re.compile(r"\btakes?\b(?:[^.\n]|\.(?=\w)){0,120}\bas (?:an? |the )?input\b", re.IGNORECASE)
TRAINS = re.compile(
    r"\b(?:re)?train(?!ed)|fine-?tun|\bevaluat|\bbenchmark|\breproduc|\bpreprocess|\binstall|\bcontribut|\bissue|\bimplement|\badd(?:ing)?\b|\bview\b|\bgenerali[sz]",
    re.IGNORECASE,
)
PREDICTING_HEADING = re.compile(
    r"\b(?:inference|infer|predict(?:ion|ions|ing)?|demos?|try (?:it|out)|playground|web ?app|gui|api|serving|deploy\w*|"
    r"own (?:data|images?|text|input|files?|samples?|videos?)|custom (?:data|images?|text|input)|generat(?:e|ion|ing)|quick ?start|app)\b",
    re.IGNORECASE,
)
PREDICTING_CODE = re.compile(
    r"\.(?:predict|predict_proba|generate|transcribe|infer\w*|translate|detect|encode|synthesize|classify|sample|segment|recognize|forward)\("
    r"|\bpredict\w*\(|\bpipeline\(|\binference\w*\(|\bgenerate\w*\(|\b(?:model|net|network)\(\w",
)
GIVES_MODEL = re.compile(
    r"\.fit\(|\bnn\.Module\b|\.backward\(|\bkeras\b|\btf\.(?:layers|nn|train|estimator|Variable|placeholder)|\bfrom_pretrained\(|"
    r"\b(?:xgboost|lightgbm|catboost|fastai|theano|caffe|mxnet|paddle|chainer|lasagne|spacy|gensim|pytorch_lightning|transformers|diffusers)\b|"
    r"\.predict\(|\bjax\.(?:grad|value_and_grad)\b|\boptax\b|\bflax\b|\btorch\b|\b(?:Flux|MLJ|Lux|FastAI|Knet)\b|\b(?:randomForest|caret|glmnet|ranger|"
    r"tidymodels|parsnip)\b|\b(?:svm|lm|glm|train|predict)\(\w|fitctree|fitcsvm|trainNetwork",
)
WEIGHTS = re.compile(
    r"""["']([^"'\n{}*<>]*?[\w)-]\.(?:h5|hdf5|keras|pt|pth|pkl|pickle|joblib|sav|onnx|ckpt|safetensors|pb|tflite|caffemodel|weights|bin))["']"""
)
GETS_WEIGHTS = re.compile(
    r"hf_hub_download|snapshot_download|gdown|urlretrieve|wget|load_state_dict_from_url|get_file\(|requests\.get|from_pretrained|dvc\.api|download\w*\(|torch\.save|pickle\.dump|joblib\.dump|\.save\("
)


@dataclass(frozen=True, slots=True)
class Framework:
    """A kind of app: what its file has in it, how the user gives input, and what starts it."""

    kind: str
    needle: str  # a substring without which nothing else is looked for
    entry: re.Pattern[str]
    takes: re.Pattern[str]
    start: re.Pattern[str]


def _framework(kind: str, needle: str, entry: str, takes: str, start: str) -> Framework:
    return Framework(kind, needle, re.compile(entry, re.MULTILINE), re.compile(takes), re.compile(start, re.IGNORECASE))


_WIDGETS = r"\.(?:file_uploader|text_input|text_area|number_input|slider|selectbox|radio|camera_input|chat_input|form|date_input|data_editor|audio_input|multiselect)\("
_REQUEST = r"request\.(?:files|form|args|json|get_json|data|values|body)|\brequest\b"
FRAMEWORKS = (
    _framework("streamlit", "streamlit", r"^\s*(?:import|from)\s+streamlit\b", _WIDGETS, r"\bstreamlit\s+run\b"),
    _framework("gradio", "gradio", r"\b(?:Blocks|Interface|ChatInterface|TabbedInterface)\(|\.load\(", r".", r"\bgradio\s+\S+\.py"),
    _framework("flask", "lask", r"\bFlask\(", _REQUEST, r"\bflask\s+(?:--\S+\s+(?:\S+\s+)?)?run\b|\bgunicorn\b|\bwaitress"),
    _framework("fastapi", "FastAPI", r"\bFastAPI\(", r"\.post\(|UploadFile|BaseModel|Query\(|include_router|\.get\(", r"\buvicorn\b|\bfastapi\s+(?:dev|run)\b|\bgunicorn\b"),
    _framework("dash", "dash", r"\b(?:Dash|JupyterDash)\(", r"dcc\.(?:Input|Upload|Dropdown|Slider|Textarea)|dbc\.Input|State\(", r"\bgunicorn\b"),
    _framework("panel", "panel", r"^\s*import panel\b", r"FileInput|TextInput|Slider|Select", r"\bpanel\s+serve\b"),
    _framework("bentoml", "bentoml", r"@bentoml\.(?:service|api)|bentoml\.Service\(|BentoService", r".", r"\bbentoml\s+serve\b"),
    _framework("cog", "BasePredictor", r"\bclass\s+\w+\(BasePredictor\)", r".", r"\bcog\s+predict\b"),
    _framework("torchserve", "torch_handler", r"\btorch_handler\b", r".", r"\btorchserve\b"),
    _framework("litserve", "litserve", r"\bLitAPI\b", r".", r"\blitserve\b"),
    _framework("chainlit", "chainlit", r"@cl\.on_message", r".", r"\bchainlit\s+run\b"),
    _framework("telegram", "tele", r"\bTeleBot\(|^\s*from (?:telegram|aiogram)\b", r"message", r"(?!)"),
    _framework("window", "ilog", r"\bfiledialog\b|\bQFileDialog\b", r".", r"(?!)"),
    _framework("django", "django", r"^\s*from django\.(?:http|shortcuts|views)\b", r"request\.(?:FILES|POST)", r"manage\.py\s+runserver"),
    _framework("tornado", "tornado", r"\bRequestHandler\b", r"get_argument|request\.(?:body|files)", r"(?!)"),
)  # fmt: skip
SHINY = re.compile(r"\bshinyApp\(|\bplumb\(|^#\*\s*@(?:post|get)", re.MULTILINE)
STARTS_SERVICE = re.compile(r"\bdocker(?:-compose|\s+compose)\s+(?:-\S+\s+\S+\s+)*up\b|\bdocker\s+run\b", re.IGNORECASE)
HOSTED = re.compile(
    r"https?://(?:huggingface\.co/spaces/|[\w.-]+\.(?:streamlit\.app|streamlitapp\.com|herokuapp\.com|hf\.space|onrender\.com|gradio\.live|gradio\.app|pythonanywhere\.com|run\.app|azurewebsites\.net|vercel\.app)|share\.streamlit\.io|replicate\.com/|modelscope\.cn/studios)"
)
OPENS_NOTEBOOK = re.compile(
    r"colab\.research\.google\.com/|mybinder\.org/|kaggle\.com/(?:code|kernels|notebooks)/|deepnote\.com/|studiolab\.sagemaker"
)
SERVERS = (
    "mlflow models",
    "cog predict",
    "torchserve",
    "bentoml serve",
    "tensorflow",
    "serve",
    "ollama",
    "yolo",
    "nnUNet",
    "fairseq-",
)
SERVES = re.compile(
    r"\bmlflow\s+models\s+(?:serve|predict)\b|\bcog\s+predict\b|\btorchserve\s+--start|\bbentoml\s+serve\b|\btensorflow_model_server\b|tensorflow/serving\b|\bvllm\s+serve\b|\bollama\s+run\b|\byolo\s+(?:\w+\s+)?(?:mode=)?predict\b|\bnnUNetv?2?_predict\b|\bfairseq-(?:interactive|generate)\b|\btransformers-cli\s+serve\b"
)
