"""The words by which an app, a prediction script or an input of the user's own is known."""

from __future__ import annotations

import re

from ..regex import regex

_VERBS = (
    r"predict|predictor|infer|inference|demo|detect|translate|transcribe|recogni[sz]e|classify|caption|"
    r"synthesi[sz]e|stylize|colorize|serve|serving|webcam|chat\w*|interactive|inpaint|denoise|forecast|deploy"
)
_NOUNS = (
    r"predict\w+|inferenc\w+|detect\w+|translat\w+|transcri\w+|recogni\w+|caption\w+|synthes\w+|coloriz\w+|"
    r"inpaint\w+|forecast\w+|deploy\w+|enjoy|play"
)
# A script named by a verb gives the output of a model; one named by a noun (`price_prediction.py`) may train it.
SUBJECT = regex(rf"(?:^|[_\W\d])(?:{_NOUNS})(?=$|[_\W\d])", re.IGNORECASE)
FITS = regex(r"\.fit\(|\.backward\(|\.fit_generator\(|\bGradientTape\b|\.minimize\(|\bvalue_and_grad\b")
PREDICTS = regex(rf"(?:^|[_\W\d])(?:{_VERBS})(?=$|[_\W\d])", re.IGNORECASE)
MAY_PREDICT = regex(
    r"(?:^|[_\W])(?:generate|sample|sampling|render|segment|apply|score|scoring|annotate|test|eval|evaluate|"
    r"run|main|submission|submit"
    r"|reconstruct|interpolate|enhance|super_?res\w*|extract|query|search|retriev\w*|recommend\w*|ask|play|"
    r"enjoy|inpaint)(?=$|[_\W\d])",
    re.IGNORECASE,
)
OTHER_WORK = regex(
    r"data(?:set)?s?\b|dataset|features?|config|label|table|figure|plot|report|docs?|readme|utils?|metrics?|"
    r"loss|anno\w*|"
    r"vocab|split|preproc|eval(?:uat\w*)?|train|transforms?|augment|layers?|models?_?zoo|mask|anchor|tfrecord|"
    r"schema|nodes?$",
    re.IGNORECASE,
)

LOADS = regex(
    r"\b(?:load_state_dict|torch\.load|jit\.load|load_model|load_weights|load_learner|from_pretrained|"
    r"joblib\.load|pickle\.load|"
    r"restore|load_checkpoint|load_from_checkpoint|InferenceSession|hub\.load|load_params|load_pretrained|"
    r"deserialize|YOLO|"
    r"resume_from|cPickle\.load|hf_hub_download|saved_model\.load|Predictor|BSON|JLD2|jldopen|load\w*model\w*|"
    r"(?:PPO|DQN|SAC|TD3|A2C|DDPG)\.load|readRDS|import_meta_graph|readNet\w*)\b"
)
OPTION_OF_INPUT = regex(
    r"""["']-{1,2}(?:i|(?:input|image|img|imgs|images|source|text|sentence|prompt|query|question|file|filename|video|audio|wav|url|webcam|"""
    r"""camera|seq|sequence|fasta|smiles|content|photo|picture|document|src|infile|test_?(?:file|data|image|img|path)|demo|"""
    r"""data_?(?:path|file)|(?:path|folder)_?(?:to_?)?(?:image|img|file|input)s?)(?![-_]?(?:size|shape|dim|len|ch|width|height|res|mean|std|feat|norm|aug|type|format|col))(?:[-_]?\w*)?)["']""",
    re.IGNORECASE,
)
_ASKS = r"(?<![\w.])(?:raw_)?input\(|files\.upload\(|filedialog|QFileDialog"
ASKS_FOR_INPUT = regex(_ASKS)
TAKES_INPUT = regex(
    r"""add_argument\(\s*["'][a-z]\w*["']|\bsys\.argv\[|click\.argument|VideoCapture\(\s*0|typer\.Argument|"""
    rf"""commandArgs|\bARGS\b|{_ASKS}"""
)
WORD_OF_INPUT = regex(
    r"^--?(?:i|input|image|img|source|text|sentence|prompt|query|question|file|video|audio|wav|url|webcam|seq|"
    r"fasta|smiles|content|"
    r"infile|data[-_]?(?:path|file)|test[-_]?(?:file|image|img))\w*(?:[-_]\w+)?(?:=|$)|\.(?:jpe?g|png|wav|mp3|"
    r"mp4|avi|fasta|fa|tiff?|bmp|txt|nii(?:\.gz)?|pdb|sdf)$",
    re.IGNORECASE,
)

_THING = (
    r"(?:image|photo|picture|text|sentence|audio|speech|voice|video|file|data|sample|input|example|document|"
    r"sequence|molecule|compound|"
    r"protein|song|tweet|review|scene|face|dataset|path|question|query|prompt|patient|scan|url|recording|"
    r"message|bam|fasta|smiles|csv)s?"
)
_OWN = (
    rf"(?:your(?:\s+own)?|(?:his|her|their|our|my)\s+own|own|custom|new|arbitrary|unseen|any|a\s+single|"
    rf"user[- ](?:supplied|provided|given))\b[^.\n]{{0,30}}?\b{_THING}\b"
)
_DOES = (
    r"\b(?:predict\w*|infer\w*|demo\w*|detect\w*|recogni[sz]\w*|segment\w*|classif\w*|translat\w*|transcrib\w*|"
    r"generate|generating|"
    r"caption\w*|annotat\w*|denois\w*|render\w*|styli[sz]\w*|coloriz\w*|test(?:ing)?\s+(?:on|with|it|the)|try|"
    r"upload\w*|"
    r"run(?:ning)?\s+(?:it\s+|the\s+(?:model|network|code)\s+)?(?:on|with)|apply\w*|appli\w*|type|enter|"
    r"copy\s+and\s+put|put|paste|drop|drag\w*|forecast\w*)\b"
)
OWN_INPUT = regex(rf"{_DOES}[^.\n]{{0,80}}?\b{_OWN}|\b{_OWN}[^.\n]{{0,60}}?{_DOES}", re.IGNORECASE)
FILE_AS_INPUT = regex(r"\btakes?\b(?:[^.\n]|\.(?=\w)){0,120}\bas (?:an? |the )?input\b", re.IGNORECASE)
TRAINS = regex(
    r"\b(?:re)?train(?!ed)|fine-?tun|\bevaluat|\bbenchmark|\breproduc|\bpreprocess|\binstall|\bcontribut|"
    r"\bissue|\bimplement|\badd(?:ing)?\b|\bview\b|\bgenerali[sz]|\bdata(?:sets?)?\s+generat|"
    r"\bgenerat\w*\s+(?:the\s+|a\s+)?(?:\w+\s+)?data",
    re.IGNORECASE,
)
PREDICTING_HEADING = regex(
    r"\b(?:inference|infer|predict(?:ion|ions|ing)?|demos?|try (?:it|out)|playground|web ?app|gui|api|serving|"
    r"deploy\w*|"
    r"own (?:data|images?|text|input|files?|samples?|videos?)|custom (?:data|images?|text|input)|generat(?:e|"
    r"ion|ing)|quick ?start|app)\b",
    re.IGNORECASE,
)
PREDICTING_CODE = regex(
    r"\.(?:predict|predict_proba|generate|transcribe|infer\w*|translate|detect|encode|synthesize|classify|"
    r"sample|segment|recognize|forward)\("
    r"|\bpredict\w*\(|\bpipeline\(|\binference\w*\(|\bgenerate\w*\(|\b(?:model|net|network)\(\w",
)
MODEL_SIGNS = (  # what a match of the next pattern holds, for `Code.find`
    ".fit( nn.Module .backward( keras tf. from_pretrained( xgboost lightgbm catboost fastai theano caffe "
    "mxnet paddle chainer lasagne spacy gensim pytorch_lightning transformers diffusers .predict( jax. "
    "optax flax torch Flux MLJ Lux FastAI Knet randomForest caret glmnet ranger tidymodels parsnip svm( "
    "lm( glm( train( predict( fitc trainNetwork load_ InferenceSession YOLO( joblib.load( pickle.load "
    "sklearn."
).split()
GIVES_MODEL = regex(
    r"\.fit\(|\bnn\.Module\b|\.backward\(|\bkeras\b|\btf\.(?:layers|nn|train|estimator|Variable|placeholder)|"
    r"\bfrom_pretrained\(|"
    r"\b(?:xgboost|lightgbm|catboost|fastai|theano|caffe|mxnet|paddle|chainer|lasagne|spacy|gensim|"
    r"pytorch_lightning|transformers|diffusers)\b|"
    r"\.predict\(|\bjax\.(?:grad|value_and_grad)\b|\boptax\b|\bflax\b|\btorch\b|\b(?:Flux|MLJ|Lux|FastAI|"
    r"Knet)\b|\b(?:randomForest|caret|glmnet|ranger|"
    r"tidymodels|parsnip)\b|\b(?:svm|lm|glm|train|predict)\(\w|fitctree|fitcsvm|trainNetwork|"
    r"\bload_(?:model|weights|learner|state_dict)\b|\bInferenceSession\b|\bYOLO\(|\bjoblib\.load\(|"
    r"\bmodel\w*\s*=\s*pickle\.load|"
    r"\bsklearn\.(?!datasets|model_selection|preprocessing|metrics|utils|feature_extraction)\w",
)
WEIGHTS = regex(
    r"""["']([^"'\n{}*<>]*?[\w)-]\.(?:h5|hdf5|keras|pt|pth|pkl|pickle|joblib|sav|onnx|ckpt|safetensors|pb|tflite|caffemodel|weights|bin))["']"""
)
GETS_WEIGHTS = regex(
    r"hf_hub_download|snapshot_download|gdown|urlretrieve|wget|load_state_dict_from_url|get_file\(|"
    r"requests\.get|from_pretrained|dvc\.api|download\w*\(|torch\.save|pickle\.dump|joblib\.dump|\.save\("
)
SHINY = regex(r"\bshinyApp\(|\bplumb\(|^#\*\s*@(?:post|get)", re.MULTILINE)
STARTS_SERVICE = regex(r"\bdocker(?:-compose|\s+compose)\s+(?:-\S+\s+\S+\s+)*up\b|\bdocker\s+run\b", re.IGNORECASE)
HOSTED = regex(
    r"https?://(?:huggingface\.co/spaces/|[\w.-]+\.(?:streamlit\.app|streamlitapp\.com|herokuapp\.com|"
    r"hf\.space|onrender\.com|gradio\.live|gradio\.app|pythonanywhere\.com|run\.app|azurewebsites\.net|"
    r"vercel\.app)|share\.streamlit\.io|replicate\.com/|modelscope\.cn/studios)"
)
OPENS_NOTEBOOK = regex(
    r"colab\.research\.google\.com/(?:github|drive|gist|fileId)|mybinder\.org/|kaggle\.com/(?:code|kernels|"
    r"notebooks)/|deepnote\.com/|studiolab\.sagemaker"
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
SERVES = regex(
    r"\bmlflow\s+models\s+(?:serve|predict)\b|\bcog\s+predict\b|\btorchserve\s+--start|\bbentoml\s+serve\b|"
    r"\btensorflow_model_server\b|tensorflow/serving\b|\bvllm\s+serve\b|\bollama\s+run\b|"
    r"\byolo\s+(?:\w+\s+)?(?:mode=)?predict\b|\bnnUNetv?2?_predict\b|\bfairseq-(?:interactive|generate)\b|"
    r"\btransformers-cli\s+serve\b"
)
