"""Each way to fail gets its class, and the message and next step that help: a table of what logs end with."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.experiments.failure import image_failure, install_failure, run_failure
from repro_audit.experiments.model import Failure
from repro_audit.project import Project
from repro_audit.sandbox.model import Ending, Run

FILES = {
    "README.md": "# Data\n\nDownload https://example.org/iris.csv to `data/iris.csv`.\n",
    "train.py": "import pandas as pd\ndata = pd.read_csv('data/iris.csv')\ndef fit(x, rate):\n    return x\nclass Net:\n    pass\n",
    "src/pkg/__init__.py": "",
    "src/pkg/model.py": "class Model:\n    pass\n",
    "data/Train.csv": "a,b\n1,2\n",
    "old.py": "print 'x'\n",
}
SITE = "/env/lib/python3.11/site-packages"


def own(error: str, code: str = "main()", file: str = "train.py") -> str:
    """A traceback that ends in the project's own code."""
    return f'Traceback (most recent call last):\n  File "/project/{file}", line 3, in <module>\n    {code}\n{error}\n'


def inside(package: str, error: str, code: str = "main()") -> str:
    """A traceback that ends in an installed package."""
    return (
        f'Traceback (most recent call last):\n  File "/project/train.py", line 3, in <module>\n    {code}\n'
        f'  File "{SITE}/{package}/core.py", line 90, in inner\n    raise\n{error}\n'
    )


def asks(*missing: str) -> str:
    return f"usage: train.py [-h] --data DATA\ntrain.py: error: the following arguments are required: {', '.join(missing)}\n"


CASES = [
    # class, log, words of the message or the next step
    ("missing-package", own("ModuleNotFoundError: No module named 'sklearn'"), "scikit-learn"),
    ("missing-package", own("ModuleNotFoundError: No module named 'cv2'"), "opencv-python"),
    ("missing-package", inside("guild", "ModuleNotFoundError: No module named 'pkg_resources'"), "setuptools<81"),
    ("missing-package", own("ModuleNotFoundError: No module named 'pkg.model'", file="src/x.py"), "project's own"),
    ("missing-package", own("ImportError: attempted relative import with no known parent package"), "python -m"),
    ("missing-package", own("ModuleNotFoundError: No module named 'google.colab'"), "google.colab"),
    (
        "missing-package",
        own("ImportError: cannot import name 'Wheel' from 'pkg.model' (/project/src/pkg/model.py)"),
        "has no Wheel",
    ),
    (
        "missing-package",
        inside("pandas", "ImportError: Missing optional dependency 'openpyxl'.  Use pip or conda to install openpyxl."),
        "openpyxl",
    ),
    ("missing-package", "run.sh: line 3: ffmpeg: command not found\n", "ffmpeg"),
    ("missing-package", "sh: 1: Rscript: not found\n", "Rscript"),
    ("missing-package", "Error in library(caret) : there is no package called ‘caret’\nExecution halted\n", "caret"),
    (
        "missing-package",
        "ERROR: LoadError: ArgumentError: Package Flux not found in current path.\n- Run `import Pkg`\n",
        "Flux",
    ),
    ("missing-package", inside("jupyter_client", "jupyter_client.kernelspec.NoSuchKernel: No such kernel named gpu-env"), "gpu-env"),
    (
        "missing-package",
        inside("spacy", "OSError: [E050] Can't find model 'en_core_web_sm'. It doesn't seem to be a Python package"),
        "spacy download en_core_web_sm",
    ),
    (
        "missing-package",
        own("FileNotFoundError: [Errno 2] No such file or directory: 'dot'").replace(
            "main()\n", 'main()\n  File "/usr/lib/python3.11/subprocess.py", line 1024, in _execute_child\n    raise\n'
        ),
        "dot",
    ),
    ("missing-file", own("FileNotFoundError: [Errno 2] No such file or directory: 'conf/run.yaml'"), "conf/run.yaml"),
    ("missing-file", "python: can't open file '/project/main.py': [Errno 2] No such file or directory\n", "main.py"),
    ("missing-file", own("FileNotFoundError: [Errno 2] No such file or directory: 'data/train.csv'"), "data/Train.csv"),
    (
        "missing-file",
        own("FileNotFoundError: [Errno 2] No such file or directory: 'My-Clone/data/train.csv'"),
        "the project has data/Train.csv",
    ),
    (
        "missing-file",
        own("FileNotFoundError: [Errno 2] No such file or directory: 'out/run/acc.png'", "plt.savefig('out/run/acc.png')"),
        "makedirs",
    ),
    (
        "missing-file",
        inside("pandas", "OSError: Cannot save file into a non-existent directory: 'out'", "df.to_csv('out/a.csv')"),
        "",
    ),
    ("missing-file", "make: *** No rule to make target 'Makefile.inc', needed by 'all'.  Stop.\n", "Makefile.inc"),
    ("missing-data", own("FileNotFoundError: [Errno 2] No such file or directory: 'data/iris.csv'"), "README.md:3"),
    ("missing-data", inside("h5py", "OSError: Unable to open file (unable to open file: name = 'w.h5', errno = 2)"), "w.h5"),
    ("missing-data", own("FileNotFoundError: data/images not found."), "data/images"),
    ("missing-data", inside("torchvision", "RuntimeError: Dataset not found. You can use download=True to download it"), ""),
    ("missing-data", inside("torchvision", "FileNotFoundError: Couldn't find any class folder in images/train."), "images/train"),
    ("missing-data", inside("pandas", "ValueError: No objects to concatenate"), ""),
    ("missing-data", inside("torch", "ValueError: num_samples should be a positive integer value, but got num_samples=0"), ""),
    (
        "missing-data",
        own("cv2.error: OpenCV(4.8.0) :-1: error: (-215:Assertion failed) !_src.empty() in function 'cvtColor'"),
        "",
    ),
    ("missing-data", own("_pickle.UnpicklingError: invalid load key, 'v'."), ""),
    ("missing-data", "ERROR: failed to reproduce 'prepare': missing data 'source': data/raw.xml\n", "data/raw.xml"),
    (
        "missing-data",
        inside("kedro", "DatasetError: Failed while loading data from data set CSVDataset(filepath=/project/data/01/x.csv).\n"
               "[Errno 2] No such file or directory: '/project/data/01/x.csv'"),
        "data/01/x.csv",
    ),
    ("missing-data", "Error in file(file, \"rt\") : cannot open the connection\ncannot open file 'd/a.csv': No such file or directory\n", "d/a.csv"),
    ("absolute-path", own("FileNotFoundError: [Errno 2] No such file or directory: '/home/ana/iris.csv'"), "/home/ana"),
    ("absolute-path", own("FileNotFoundError: [Errno 2] No such file or directory: '/content/drive/MyDrive/x.csv'"), "/content"),
    ("absolute-path", own("FileNotFoundError: [Errno 2] No such file or directory: 'C:\\\\Users\\\\ana\\\\x.csv'"), "C:"),
    ("absolute-path", own("PermissionError: [Errno 13] Permission denied: '/data/out/model.pt'"), "/data/out"),
    ("absolute-path", own("FileNotFoundError: [Errno 2] No such file or directory: '/home/user/proj/x.pt'"), "/home/user/proj"),
    (
        "api-drift",
        "ERROR: argument command: invalid choice: 'run' (choose from 'add', 'repro')\nusage: dvc [-q] [-h] command ...\n\n"
        + "    repro    Reproduce pipelines.\n" * 30 + "    version  Display the version.\n",
        "Pin dvc<3",
    ),
    ("api-drift", own("AttributeError: 'numpy.random._generator.Generator' object has no attribute 'randint'"), "numpy"),
    ("api-drift", "Usage: mlflow run [OPTIONS] URI\nTry 'mlflow run --help' for help.\n\nError: No such option: --no-conda\n", "mlflow<2"),
    ("crashed", "Error: bad value\nusage: fit [-h] rate\n\n" + "  a line of its help\n" * 30, "Error: bad value"),
    ("network-needed", own("urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>"), ""),
    (
        "network-needed",
        inside("requests", "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='data.example.org', port=443): "
               "Max retries exceeded with url: /x.zip"),
        "data.example.org",
    ),
    (
        "network-needed",
        inside("transformers", "OSError: We couldn't connect to 'https://huggingface.co' to load the files"),
        "huggingface.co",
    ),
    ("network-needed", "fatal: unable to access 'https://git.example.org/a/b/': Could not resolve host: git.example.org\n", "git.example.org"),
    (
        "network-needed",
        "[nltk_data] Error loading punkt: <urlopen error>\n" + inside("nltk", "LookupError: \n"
        "  Resource punkt not found.\n  Please use the NLTK Downloader to obtain the resource"),
        "punkt",
    ),
    ("python-version", '  File "/project/old.py", line 1\n    print \'x\'\n    ^^^\nSyntaxError: Missing parentheses in call to \'print\'.\n', "Python 2"),
    ("python-version", own("ModuleNotFoundError: No module named 'cPickle'"), "Python 2"),
    ("python-version", own("NameError: name 'xrange' is not defined"), "Python 2"),
    ("python-version", own("AttributeError: 'dict' object has no attribute 'iteritems'"), "Python 2"),
    ("python-version", inside("jupyter_client", "jupyter_client.kernelspec.NoSuchKernel: No such kernel named python2"), "Python 2"),
    ("python-version", inside("old", "ModuleNotFoundError: No module named 'distutils'"), "3.11"),
    ("python-version", inside("attr", "AttributeError: module 'collections' has no attribute 'Mapping'"), "collections"),
    ("python-version", inside("x", "ImportError: cannot import name 'gcd' from 'fractions' (/usr/lib/python3.11/fractions.py)"), "fractions"),
    ("python-version", own("AttributeError: module 'time' has no attribute 'clock'"), "time"),
    ("python-version", own("TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'"), "another Python"),
    ("api-drift", own("ModuleNotFoundError: No module named 'sklearn.cross_validation'"), "scikit-learn<0.20"),
    ("api-drift", own("ModuleNotFoundError: No module named 'tensorflow.contrib'"), "tensorflow<2"),
    ("api-drift", own("AttributeError: module 'numpy' has no attribute 'int'."), "numpy<1.24"),
    ("api-drift", own("AttributeError: 'DataFrame' object has no attribute 'append'"), "pandas<2"),
    ("api-drift", own("TypeError: read_csv() got an unexpected keyword argument 'error_bad_lines'", "pd.read_csv(p)"), "pandas<2"),
    ("api-drift", own("AttributeError: module 'tensorflow' has no attribute 'placeholder'"), "tensorflow<2"),
    ("api-drift", own("ImportError: cannot import name 'plot_confusion_matrix' from 'sklearn.metrics' (" + SITE + "/sklearn/metrics/__init__.py)"), "scikit-learn<1.2"),
    ("api-drift", inside("numpy", "ValueError: Object arrays cannot be loaded when allow_pickle=False"), "numpy"),
    ("api-drift", own("ValueError: setting an array element with a sequence. The detected shape was (2,) + inhomogeneous part: inhomogeneous shape"), ""),
    ("api-drift", inside("pandas", "ValueError: could not convert string to float: 'male'", "df.corr()"), "pandas<2"),
    ("api-drift", inside("matplotlib", "OSError: 'seaborn-whitegrid' is not a valid package style"), "matplotlib<3.8"),
    ("api-drift", inside("torch", "_pickle.UnpicklingError: Weights only load failed. Re-running `torch.load` with"), "torch<2.6"),
    ("api-drift", own("ValueError: too many values to unpack (expected 4)", "s, r, d, i = env.step(a)"), "gym"),
    ("api-drift", own("TypeError: Word2Vec.__init__() got an unexpected keyword argument 'size'", "Word2Vec(s, size=9)"), "gensim<4"),
    ("install-failed", inside("torch", "RuntimeError: operator torchvision::nms does not exist"), "do not fit"),
    ("install-failed", inside("pandas", "ValueError: numpy.dtype size changed, may indicate binary incompatibility."), "do not fit"),
    ("install-failed", own("ImportError: libGL.so.1: cannot open shared object file: No such file or directory"), "libgl1"),
    ("needs-gpu", inside("torch", "AssertionError: Torch not compiled with CUDA enabled"), "GPU"),
    ("needs-gpu", inside("torch", "RuntimeError: No CUDA GPUs are available"), "GPU"),
    ("needs-gpu", inside("torch", "RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False."), ""),
    ("needs-gpu", own("AssertionError", "assert torch.cuda.is_available()"), ""),
    ("needs-gpu", "run.sh: line 1: nvidia-smi: command not found\n", "GPU"),
    ("needs-secret", own("KeyError: 'OPENAI_API_KEY'"), "--env OPENAI_API_KEY"),
    ("needs-secret", inside("kaggle", "OSError: Could not find kaggle.json. Make sure it's located in /home/user/.kaggle."), "kaggle.json"),
    ("needs-secret", "wandb: ERROR api_key not configured (no-tty). call wandb.login(key=[your_api_key])\n", ""),
    ("out-of-memory", inside("numpy", "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 80. GiB for an array"), "--memory"),
    ("no-command", asks("--data"), "--data"),
    (
        "missing-package",
        inside("kedro", "kedro.io.core.DatasetError: An error in 'rows':\nClass 'kedro_mlflow.io.Metrics' not found, a typo?"),
        "kedro-mlflow",
    ),
    ("crashed", own("ZeroDivisionError: division by zero"), "train.py"),
    ("crashed", own("ValueError: what is wrong with it:\nthe rate is above one"), "the rate is above one"),
    ("crashed", own("TypeError: fit() got an unexpected keyword argument 'speed'", "fit(x, speed=3)"), "fit()"),
    ("crashed", own("AttributeError: 'Net' object has no attribute 'layers'"), "Net"),
    ("crashed", own("AttributeError: 'NoneType' object has no attribute 'shape'"), "NoneType"),
    ("crashed", own("TypeError: 'tokenizer' object is not callable"), "tokenizer"),
    ("crashed", "2026-11-21 W tensorflow: Could not find cuda drivers on your machine, GPU will not be used.\nbye\n", "bye"),
]  # fmt: skip


def project(root: Path) -> Project:
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return Project(root)


def failure_of(
    root: Path, log: str, *, exit: int | None = 1, command: str = "python train.py", **more
) -> Failure | None:  # type: ignore[no-untyped-def]
    kept = root.parent / "log.txt"
    kept.write_text(log, "utf-8")
    how = more.get("ending", Ending.EXITED)
    run = Run(("sh", "-c", command), how, exit, 3.0, None, root, kept, ())
    return run_failure(run, project(root))


@pytest.mark.parametrize(("kind", "log", "told"), CASES, ids=[f"{k}-{i}" for i, (k, _, _) in enumerate(CASES)])
def test_what_a_log_ends_with_gives_the_class_and_what_to_do(tmp_path: Path, kind: str, log: str, told: str) -> None:
    found = failure_of(tmp_path / "p", log)
    assert found is not None
    assert (found.kind.value, found.message, found.next_step) == (kind, found.message, found.next_step)
    assert told in f"{found.message} | {found.next_step} | {found.at}"
    assert found.last_lines


def test_the_line_of_the_project_is_named(tmp_path: Path) -> None:
    found = failure_of(tmp_path / "p", inside("numpy", "ValueError: x"))
    assert found is not None and str(found.at) == "train.py:3"


@pytest.mark.parametrize(
    ("error", "code", "kind", "told"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory: '/home/user/sets/iris.csv'", "main()", "missing-data", "~/sets/iris.csv"),
        (
            "OSError: Cannot save file into a non-existent directory: '/home/user/Documents'", "table.to_csv(path)",
            "missing-file", "writes to ~/Documents",
        ),
        ("FileNotFoundError: [Errno 2] No such file or directory: '/home/user/ana/iris.csv'", "main()", "absolute-path", "/home/user/ana"),
    ],
)  # fmt: skip
def test_the_home_folder_of_whoever_runs_it_is_no_path_of_another_machine(
    error: str, code: str, kind: str, told: str, tmp_path: Path
) -> None:
    root = tmp_path / "p"
    project(root)
    (root / "paths.py").write_text("import os\nSETS = os.path.expanduser('~/sets')\nHERS = '/home/user/ana/'\n")
    kept = tmp_path / "log.txt"
    kept.write_text(own(error, code), "utf-8")
    found = run_failure(Run(("python", "train.py"), Ending.EXITED, 1, 3.0, None, root, kept, ()), Project(root))
    assert found is not None and found.kind.value == kind and told in found.message


def test_a_download_that_failed_earlier_is_not_blamed_for_a_later_mistake(tmp_path: Path) -> None:
    found = failure_of(
        tmp_path / "p",
        "urlopen error: Temporary failure in name resolution\n" + own("NameError: name 'y' is not defined"),
    )
    assert found is not None and found.kind.value == "crashed"


@pytest.mark.parametrize(
    ("command", "fails"),
    [
        ("bash run.sh", True),
        ("python a.py; python b.py", True),
        ("make", True),
        ("python train.py", False),
        ("python a.py && python b.py", False),
    ],
)
def test_status_zero_counts_only_where_it_is_the_programs_own(tmp_path: Path, command: str, fails: bool) -> None:
    log = own("ModuleNotFoundError: No module named 'torch'") + "Training completed.\n"
    found = failure_of(tmp_path / "p", log, exit=0, command=command)
    assert (found is not None) is fails


def test_an_error_that_was_caught_and_printed_ends_nothing(tmp_path: Path) -> None:
    caught = own("ValueError: no header").replace("<module>", "load_safely")
    assert failure_of(tmp_path / "p", caught + "done\n", exit=0, command="bash run.sh") is None


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (Ending.TIMED_OUT, "timed-out"),
        (Ending.OUT_OF_MEMORY, "out-of-memory"),
        (Ending.TOO_MUCH_OUTPUT, "crashed"),
        (Ending.TOO_MANY_PROCESSES, "crashed"),
    ],
)
def test_what_the_sandbox_ended_is_told_with_how_far_it_got(tmp_path: Path, ending: Ending, kind: str) -> None:
    found = failure_of(tmp_path / "p", "epoch 3\n", exit=None, ending=ending)
    assert found is not None and found.kind.value == kind and found.is_the_sandbox
    assert ending is not Ending.TIMED_OUT or "epoch 3" in found.message


@pytest.mark.parametrize(
    ("log", "told"),
    [
        (
            "  × No solution found when resolving dependencies:\n  ╰─▶ Because foo==9 was not found in the package registry and you require foo==9, we can conclude that it fails.",
            "foo==9",
        ),
        (
            "  × Failed to build `lxml==3.0`\n  ├─▶ The build backend returned an error\n      error: command 'gcc' failed: No such file\nhint: `lxml` was included",
            "lxml==3.0",
        ),
        (
            "error: Failed to fetch: `https://pypi.example.org/simple/x/`\n  Caused by: dns error: failed to lookup: Temporary failure in name resolution",
            "could not be reached",
        ),
        ("error: Failed to copy to /env/lib: No space left on device (os error 28)", "the disk is full"),
        (
            "error: Failed to build `qp==0.1`\n  cause: The build backend returned an error\n\n         [stderr]\n         error in qp setup command: 'install_requires' must be a string\n\nhint: `qp` (v0.1) was included because `meta` (v2) depends on `qp>=0.1`\n",
            "qp==0.1 (wanted by meta) cannot be built: error in qp setup command",
        ),
        ("something else", "exit status 1"),
    ],
)
def test_an_environment_that_cannot_be_made_names_the_package(log: str, told: str) -> None:
    found = install_failure(log, "installing ended with exit status 1")
    assert found.kind.value == "install-failed"
    assert told in found.message
    assert found.is_the_sandbox is (told in ("could not be reached", "the disk is full"))


@pytest.mark.parametrize(
    "log",
    [
        own("OSError: [Errno 28] No space left on device: 'out/model.pt'", "torch.save(m, 'out/model.pt')"),
        inside("torch", "RuntimeError: [enforce fail at inline_container.cc:603] . unexpected pos: No space left on device"),
        "cp: error writing 'copy.bin': No space left on device\n",
        inside("multiprocessing", "BlockingIOError: [Errno 11] Resource temporarily unavailable"),
        inside("threading", "RuntimeError: can't start new thread"),
        own("PermissionError: [Errno 13] Permission denied: '../../out.csv'", "df.to_csv('../../out.csv')"),
        "sh: 1: Cannot fork\n",
        "libgomp: Thread creation failed: Resource temporarily unavailable\n",
        inside("torch", "RuntimeError: DataLoader worker (pid 9) is killed by signal: Bus error. It is possible that "
               "dataloader's workers are out of shared memory."),
    ],
)  # fmt: skip
def test_a_full_disk_and_limits_of_ours_are_no_fault_of_the_project(tmp_path: Path, log: str) -> None:
    found = failure_of(tmp_path / "p", log)
    assert found is not None and found.is_the_sandbox


DOCKERFILE = "FROM python:3.11-slim\n# packages\nRUN apt-get update && \\\n    apt-get install -y git\nCOPY a.txt /\n"
OLDER = "Step 1/3 : FROM python:3.11-slim\n ---> 1234\nStep 2/3 : RUN apt-get update &&     apt-get install -y git\n"
NEWER = "[internal] load metadata\n[stage-0 2/3] RUN apt-get update &&     apt-get install -y git\n"


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ('Step 1/3 : FROM python:3.11-slimGet "https://registry.example.org/v2/": dial tcp: no such host', "begins from"),
        ("Step 1/3 : FROM x/y\npull access denied for x/y, repository does not exist or may require login", "begins from"),
        (OLDER + "Err:1 Could not resolve 'deb.example.org'\nreturned a non-zero code: 100", "reach a server"),
        (OLDER + "write /usr/bin/git: no space left on device", "disk is full"),
        (OLDER + "E: Unable to locate package git\nreturned a non-zero code: 100", ""),
        (NEWER + "executor failed running: exit code: 100", ""),
    ],
)  # fmt: skip
def test_an_image_that_cannot_be_built_names_the_line_unless_the_engine_lacks_something(log: str, words: str) -> None:
    found = image_failure(log, log.rpartition("\n")[2], "Dockerfile", DOCKERFILE)
    assert found.kind.value == "install-failed" and found.is_the_sandbox is bool(words)
    assert words in found.message if words else str(found.at) == "Dockerfile:3"


def test_what_the_sandbox_itself_says_it_lacks_is_told_in_its_words() -> None:
    found = image_failure("log", "Dockerfile:3 needs a newer builder", "Dockerfile", DOCKERFILE, is_of_ours=True)
    assert found.is_the_sandbox and "newer builder" in found.message


@pytest.mark.parametrize(
    "log",
    [
        "",
        "\x00\xff",
        "Traceback (most recent call last):\n",
        "No module named ",
        "'" * 5000,
        "a/" * 20_000,
        "Error: " * 9000,
    ],
)
def test_no_log_is_too_strange(tmp_path: Path, log: str) -> None:
    found = failure_of(tmp_path / "p", log)
    assert found is not None


def test_packages_with_which_the_code_ran_before_did_not_drift(tmp_path: Path) -> None:
    log = inside("sklearn", "ValueError: k-fold cross-validation requires n_splits=2 or more, got n_splits=1.")
    kept = tmp_path / "log.txt"
    kept.write_text(log, encoding="utf-8")
    run = Run(("python", "train.py"), Ending.EXITED, 1, 3.0, None, tmp_path, kept, ())
    found = run_failure(run, project(tmp_path / "p"), packages_fit=True)
    assert found is not None
    assert (found.kind.value, "got n_splits=1" in found.message) == ("crashed", True)
