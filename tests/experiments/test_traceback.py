"""Reading tracebacks out of logs, in every form that Python's tools give them."""

from __future__ import annotations

import pytest

from repro_audit.experiments.traceback import last_chain, last_traceback, tracebacks

PLAIN = """\
loading
Traceback (most recent call last):
  File "/project/train.py", line 12, in <module>
    main()
  File "/project/lib/model.py", line 40, in main
    net.fit(x)
  File "/env/lib/python3.11/site-packages/sklearn/base.py", line 7, in fit
    raise ValueError("bad")
ValueError: bad
done
"""
SYNTAX = """\
  File "/project/old.py", line 3
    print "x"
    ^^^^^^^^^
SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?
"""
NOTEBOOK = """\
nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:
------------------
import pandas as pd
------------------


\x1b[31m---------------------------------------------------------------------------\x1b[39m
\x1b[31mModuleNotFoundError\x1b[39m                       Traceback (most recent call last)
\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[2]\x1b[39m\x1b[32m, line 1\x1b[39m
\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m \x1b[38;5;28;01mimport\x1b[39;00m lightgbm
\x1b[32m      2\x1b[39m x = 1

\x1b[31mModuleNotFoundError\x1b[39m: No module named 'lightgbm'
"""
OLD_NOTEBOOK = """\
---------------------------------------------------------------------------
KeyError                                  Traceback (most recent call last)
<ipython-input-7-0123456789ab> in <module>
      1 a = {}
----> 2 a['b']

KeyError: 'b'
"""
BOX = """\
╭───────────────────── Traceback (most recent call last) ──────────────────────╮
│ /project/src/run.py:14 in main                                               │
│                                                                              │
│   11 def main():                                                             │
│ ❱ 14     load()                                                              │
│                                                                              │
│ /env/lib/python3.11/site-packages/kedro/framework/session/session.py:3       │
│ 97 in run                                                                    │
╰──────────────────────────────────────────────────────────────────────────────╯
DatasetError: Failed while loading data from data set CSVDataset(filepath=x.csv)
"""
CHAINED = """\
Traceback (most recent call last):
  File "/env/lib/python3.11/site-packages/urllib3/connection.py", line 203, in _new_conn
    sock = connection.create_connection(
socket.gaierror: [Errno -3] Temporary failure in name resolution

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/project/get.py", line 2, in <module>
    requests.get(url)
requests.exceptions.ConnectionError: HTTPSConnectionPool(host='example.org', port=443): Max retries exceeded
"""
WRAPPED = """\
Traceback (most recent call last):
  File "/project/step.py", line 4, in <module>
    open("x.csv")
FileNotFoundError: [Errno 2] No such file or directory: 'x.csv'
Traceback (most recent call last):
  File "/project/all.py", line 9, in <module>
    subprocess.run(["python", "step.py"], check=True)
  File "/usr/lib/python3.11/subprocess.py", line 571, in run
    raise CalledProcessError(retcode, process.args,
subprocess.CalledProcessError: Command '['python', 'step.py']' returned non-zero exit status 1.
"""
FILTERED = """\
ERROR - train - Failed after 0:00:01!
Traceback (most recent calls WITHOUT Sacred internals):
  File "/project/train.py", line 20, in run
    raise cv2.error("x")
cv2.error: OpenCV(4.8.0) :-1: error: (-215:Assertion failed) !_src.empty() in function 'cvtColor'
"""


@pytest.mark.parametrize(
    ("log", "error", "message", "own", "package"),
    [
        (PLAIN, "ValueError", "bad", ("/project/lib/model.py", 40), "sklearn"),
        (SYNTAX, "SyntaxError", "Missing parentheses", ("/project/old.py", 3), ""),
        (NOTEBOOK, "ModuleNotFoundError", "No module named 'lightgbm'", ("<cell 2>", 1), ""),
        (OLD_NOTEBOOK, "KeyError", "'b'", ("<cell 7>", 2), ""),
        (BOX, "DatasetError", "Failed while loading", ("/project/src/run.py", 14), "kedro"),
        (CHAINED, "ConnectionError", "HTTPSConnectionPool", ("/project/get.py", 2), ""),
        (WRAPPED, "FileNotFoundError", "'x.csv'", ("/project/step.py", 4), ""),
        (FILTERED, "error", "OpenCV", ("/project/train.py", 20), ""),
        (PLAIN.replace("\n", "\r\n"), "ValueError", "bad", ("/project/lib/model.py", 40), "sklearn"),
    ],
)
def test_the_error_its_message_and_the_projects_line_are_found(
    log: str, error: str, message: str, own: tuple[str, int], package: str
) -> None:
    found = last_traceback(log)
    assert found is not None and found.own is not None
    assert (found.error, (found.own.path, found.own.line), found.package) == (error, own, package)
    assert message in found.message


def test_a_chain_begins_with_its_first_cause() -> None:
    assert [t.error for t in last_chain(tracebacks(CHAINED))] == ["gaierror", "ConnectionError"]
    assert [t.error for t in last_chain(tracebacks(PLAIN + PLAIN))] == ["ValueError"]


@pytest.mark.parametrize(
    "log",
    [
        "",
        "all fine\n",
        "Traceback (most recent call last):",
        "Traceback (most recent call last):\n\n\n",
        "╭ Traceback (most recent call last) ╮\n│ x",
    ],
)
def test_what_is_no_traceback_gives_none(log: str) -> None:
    assert last_traceback(log) is None


def test_a_log_of_nothing_but_headers_is_read_in_time() -> None:
    assert tracebacks("Traceback (most recent call last):\n" * 20_000) == []
    assert tracebacks("ValueError   Traceback (most recent call last)\n" * 20_000) == []
    assert tracebacks('  File "x.py", line 1\n' * 50_000) == []
    assert tracebacks("╭ Traceback (most recent call last) ╮\n" * 5_000) == []
