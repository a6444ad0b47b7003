"""Text and documents: what is masked, and that nothing is masked beside a real difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.compare import Difference, Tolerance, Tolerances, compare

CASES = [
    # name, first, second, likeness, words of the sentence
    ("log.txt", "loss 0.5\n", "loss 0.5\n", "identical", ""),
    ("log.txt", "loss 0.5\n", "loss 0.4\n", "different", "line 1 loss: 0.5 != 0.4"),
    ("log.txt", "2024-01-02 10:11:12,123 INFO ok\n", "2024-01-03 09:00:01,007 INFO ok\n", "equivalent", "timestamps"),
    ("log.txt", "Mon Nov 21 09:33:48 UTC 2026\n", "Tue Nov 22 10:00:00 UTC 2026\n", "equivalent", "timestamps"),
    ("log.txt", "2024-01-02 10:11:12 loss 0.5\n", "2024-01-03 10:11:12 loss 0.6\n", "different", "loss: 0.5 != 0.6"),
    ("log.txt", "to out/2026-11-21/10-38-08/a\n", "to out/2026-11-21/10-39-51/a\n", "equivalent", "timestamps"),
    (
        "log.txt",
        "Matplotlib is building the font cache; this may take a moment.\nacc 1\n",
        "acc 1\n",
        "equivalent",
        "slow start",
    ),
    ("log.txt", "epoch 1 took 3.2s acc 0.9\n", "epoch 1 took 12.25s acc 0.9\n", "equivalent", "only durations differ"),
    ("log.txt", "epoch 1 took 3.2s acc 0.9\n", "epoch 1 took 3.3s acc 0.8\n", "different", "acc: 0.9 != 0.8"),
    (
        "log.txt",
        "[NbConvertApp] Writing 8210 bytes to a.ipynb\n",
        "[NbConvertApp] Writing 8214 bytes to a.ipynb\n",
        "equivalent",
        "sizes",
    ),
    ("log.txt", "time: 0.32\n", "time: 0.41\n", "equivalent", "durations"),
    ("log.txt", "Elapsed: 1min 3s\n", "Elapsed: 58.2s\n", "equivalent", "durations"),
    (
        "log.txt",
        "32/32 [=====] - 3s 12ms/step - loss: 0.2\n",
        "32/32 [=====] - 2s 9ms/step - loss: 0.2\n",
        "equivalent",
        "",
    ),
    ("log.txt", "<A object at 0x7f0123456789>\n", "<A object at 0x7fabcdef0123>\n", "equivalent", "memory addresses"),
    (
        "log.txt",
        "run 6ba7b810-9dad-11d1-80b4-00c04fd430c8\n",
        "run 6ba7b811-9dad-11d1-80b4-00c04fd430c9\n",
        "equivalent",
        "generated ids",
    ),
    ("log.txt", "up on http://127.0.0.1:8980\n", "up on http://127.0.0.1:8231\n", "equivalent", "ports"),
    (
        "log.txt",
        "19:58:40.238 | INFO    | Flow run 'mottled-skylark' - Beginning flow run 'mottled-skylark' for flow 'pears'\n"
        "19:58:40.575 | INFO    | Task run 'clean-01b' - Finished in state Completed()\n"
        "19:58:40.765 | WARNING | EventsWorker - Still processing items: 5 items remaining...\n"
        "19:58:40.795 | ERROR   | asyncio - Task was destroyed but it is pending!\n"
        "ending name='Task-61' coro=<AsyncAdapt_aiosqlite_connection._terminate_graceful_close() done>\n",
        "09:00:33.939 | INFO    | Flow run 'organic-hamster' - Beginning flow run 'organic-hamster' for flow 'pears'\n"
        "09:00:34.392 | INFO    | Task run 'clean-5e2' - Finished in state Completed()\n",
        "equivalent",
        "generated ids",
    ),
    ("log.txt", "Task run 'clean-01b' - 0.5\n", "Task run 'weigh-01b' - 0.5\n", "different", "weigh"),
    ("log.txt", "[11/21/26 10:38:08] INFO a\n", "                    INFO a\n", "equivalent", "timestamps"),
    ("log.txt", "[11/21/26 10:38:08] INFO a\n", "                    INFO b\n", "different", "INFO a"),
    ("env.txt", f"DIR: /h/runs/{'a1' * 16}\n", f"DIR: /h/runs/{'b2' * 16}\n", "equivalent", "generated ids"),
    ("m.json", f'{{"model_id": "m-{"a1" * 16}"}}', f'{{"model_id": "m-{"b2" * 16}"}}', "equivalent", "generated ids"),
    ("m.json", f'{{"source_id": "{"a1" * 16}"}}', f'{{"source_id": "{"b2" * 16}"}}', "equivalent", "generated ids"),
    ("m.json", f'{{"digest": "{"a1" * 16}"}}', f'{{"digest": "{"b2" * 16}"}}', "different", "digest"),
    (
        "log.txt",
        f"=== Run (ID '{'a1' * 16}') ended\n",
        f"=== Run (ID '{'b2' * 16}') ended\n",
        "equivalent",
        "generated ids",
    ),
    (
        "log.txt",
        "in 2026-01-02T171336.820112.a.log\n",
        "in 2026-01-02T171344.879419.a.log\n",
        "equivalent",
        "timestamps",
    ),
    ("log.txt", "w/run-20240101_101112-abcdefgh/logs\n", "w/run-20240102_111112-ijklmnop/logs\n", "equivalent", "ids"),
    ("env.txt", "PYTHONHASHSEED: 1\n", "PYTHONHASHSEED: 2\n", "equivalent", "generated ids"),
    ("log.txt", "pid 123 ok\n", "pid 4567 ok\n", "equivalent", "process ids"),
    (
        "log.txt",
        " 50%|##   | 1/2 [00:01<00:01, 1.1it/s]\r100%|#####| 2/2 [00:02<00:00, 1.0it/s]\n",
        "100%|#####| 2/2 [00:03<00:00, 2.2s/it]\n",
        "equivalent",
        "",
    ),
    (
        "log.txt",
        "md5: d41d8cd98f00b204e9800998ecf8427e\n",
        "md5: 0cc175b9c0f1b6a831c399e269772661\n",
        "different",
        "md5",
    ),
    ("log.txt", "a\nb\n", "a\nb\nc\n", "different", "3 lines != 4 lines"),
    ("log.txt", "a\nb\n", "b\na\n", "different", "another order"),
    ("log.txt", "a\r\nb\r\n", "a\nb\n", "equivalent", "only line ends or spacing differ"),
    ("log.txt", "x = 1.0\n", "x = 1\n", "equivalent", "ways numbers are written"),
    ("m.json", '{"a": 1, "b": 2}', '{"b": 2, "a": 1}', "equivalent", "orders of keys"),
    ("m.json", '{"a": 1}', '{ "a":1 }', "equivalent", "only the layout differs"),
    ("m.json", '{"accuracy": 0.93}', '{"accuracy": 0.91}', "different", "accuracy: 0.93 != 0.91"),
    ("m.json", '{"acc": 1, "time": 3.2}', '{"acc": 1, "time": 4.5}', "equivalent", "durations"),
    ("m.json", '{"acc": 1, "time": 3.2}', '{"acc": 2, "time": 4.5}', "different", "acc: 1 != 2"),
    (
        "m.json",
        '{"started_at": "2024-01-01T10:00:00"}',
        '{"started_at": "2024-01-02T10:00:00"}',
        "equivalent",
        "timestamps",
    ),
    ("m.json", '{"model": "a"}', '{"model": "b"}', "different", "model: a != b"),
    ("m.json", "{broken", "{broken too", "different", "line 1"),
    ("m.jsonl", '{"a": 1}\n{"a": 2}\n', '{"a": 1}\n{"a": 3}\n', "different", "[1].a: 2 != 3"),
    ("m.yaml", "a: 1\nb: [1, 2]\n", "b: [1, 2]\na: 1\n", "equivalent", "orders of keys"),
    ("m.yaml", "a: 1e-3\nlr: 0.1\n", "a: 1e-3\nlr: 0.2\n", "different", "lr: 0.1 != 0.2"),
    ("m.toml", "a = 1\n", "a  =  1\n", "equivalent", "layout"),
    ("m.ini", "[a]\nx = 1\n", "[a]\nx = 2\n", "different", "a.x: 1 != 2"),
    ("t.csv", "a,b\n1,2\n", "a,b\n1,3\n", "different", "row 2 b: 2 != 3"),
    ("t.csv", "a,b\n1,2\n3,4\n", "a,b\n3,4\n1,2\n", "different", "the same rows in another order"),
    ("t.csv", "a,b\n1,2\n", "b,a\n2,1\n", "different", "the same columns in another order"),
    ("t.csv", "a,b\n1,2\n", "a,c\n1,2\n", "different", "column b: only in the first"),
    ("t.csv", "a,b\n1,2\n", "a,b\n1,2\n3,4\n", "different", "1 rows != 2 rows"),
    ("t.csv", "a,b\n1,2\n", "a,b\n1.0,2\n", "equivalent", "ways numbers are written"),
    ("t.csv", "a,mean_fit_time\n1,2.5\n", "a,mean_fit_time\n1,2.75\n", "equivalent", "durations"),
    ("t.csv", "a,day\n1,2024-01-01\n", "a,day\n1,2024-01-02\n", "different", "row 2 day"),
    ("t.csv", "user,n\n1700000001,1\n", "user,n\n1700000002,1\n", "different", "row 2 user"),
    ("t.tsv", "a\tb\n1\t2\n", "a\tb\n1\t3\n", "different", "row 2 b: 2 != 3"),
    # What only looks like a time or an id of the run:
    ("log.txt", "mean 0.5 min 0.1\n", "mean 0.6 min 0.1\n", "different", "mean: 0.5 != 0.6"),
    ("log.txt", "split 80:20\n", "split 70:30\n", "different", "80 != 70"),
    ("log.txt", "eta 0.3\n", "eta 0.1\n", "different", "eta: 0.3 != 0.1"),
    ("log.txt", "survival time: 12.5\n", "survival time: 13.5\n", "different", "12.5 != 13.5"),
    ("log.txt", "20240101 0.95\n", "20240101 0.85\n", "different", "0.95 != 0.85"),
    ("log.txt", "2024-01-01 1520\n", "2024-01-01 1530\n", "different", "1520 != 1530"),
    ("log.txt", "total 1523456789\n", "total 1523456788\n", "different", "total: 1523456789"),
    (
        "log.txt",
        "d41d8cd98f00b204e9800998ecf8427e  m.pt\n",
        "0cc175b9c0f1b6a831c399e269772661  m.pt\n",
        "different",
        "",
    ),
    ("log.txt", "checksum 0xdeadbeef\n", "checksum 0xdeadbee0\n", "different", "checksum"),
    ("m.json", '{"eta": 0.3}', '{"eta": 0.1}', "different", "eta: 0.3 != 0.1"),
    (
        "m.json",
        '{"md5": "d41d8cd98f00b204e9800998ecf8427e"}',
        '{"md5": "0cc175b9c0f1b6a831c399e269772661"}',
        "different",
        "",
    ),
    ("m.json", '{"passed": 12}', '{"passed": 11}', "different", "passed: 12 != 11"),
    ("m.json", '{"seed": 1}', '{"seed": 2}', "different", "seed: 1 != 2"),
    ("m.json", '{"user_id": 12}', '{"user_id": 13}', "different", "user_id: 12 != 13"),
    ("log.txt", "ETA: 0:12 loss 1\n", "ETA: 1:03 loss 1\n", "equivalent", "durations"),
    ("log.txt", "Total train time: 12.5\n", "Total train time: 13.5\n", "equivalent", "durations"),
    (
        "log.txt",
        "run_id=0f1e2d3c4b5a69788796a5b4c3d2e1f0\n",
        "run_id=1f1e2d3c4b5a69788796a5b4c3d2e1f0\n",
        "equivalent",
        "ids",
    ),
    ("metrics/loss", "1700000000000 0.5 1\n", "1700000099000 0.5 1\n", "equivalent", "timestamps"),
    ("metrics/loss", "1700000000000 0.5 1\n", "1700000099000 0.6 1\n", "different", "0.5 != 0.6"),
    ("x.bin", "\0\1\2abc", "\0\1\2abd", "different", "offset 5"),
]


def pair(folder: Path, name: str, first: bytes, second: bytes) -> tuple[Path, Path]:
    for side, data in (("one", first), ("two", second)):
        (folder / side / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / side / name).write_bytes(data)
    return folder / "one" / name, folder / "two" / name


def judged(folder: Path, name: str, first: bytes, second: bytes, tolerances: Tolerances | None = None) -> Difference:
    return compare(*pair(folder, name, first, second), tolerances)


@pytest.mark.parametrize(("name", "first", "second", "likeness", "words"), CASES)
def test_text_is_compared_by_meaning(
    tmp_path: Path, name: str, first: str, second: str, likeness: str, words: str
) -> None:
    found = judged(tmp_path, name, first.encode(), second.encode())
    assert str(found.likeness) == likeness, found
    assert words in found.why


def test_numbers_within_the_tolerance_of_their_pattern_are_close(tmp_path: Path) -> None:
    tolerances = Tolerances(patterns=(("*.json", Tolerance(relative=1e-6)),))
    found = judged(tmp_path, "m.json", b'{"a": 0.3}', b'{"a": 0.30000000000000004}', tolerances)
    assert str(found.likeness) == "close"
    assert "1 ULP" in found.why
    assert str(judged(tmp_path, "m.csv", b"a\n0.3\n", b"a\n0.30000000000000004\n", tolerances).likeness) == "different"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("deep.json", b"[" * 100_000),
        ("deep.yaml", b"[" * 200_000),
        ("deeper.yaml", b"- " * 200_000),
        (
            "bomb.yaml",
            b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (c, c, c - 1, c - 1) for c in range(98, 122)),
        ),
        ("long.txt", b"1" * 3_000_000),
        ("digits.json", b"1" * 10_000),
        ("long.csv", b"a," * 1_000_000),
        ("nul.pkl", b"\x80\x04" + b"." * 10),
        ("huge.pkl", b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f."),
    ],
)
def test_hostile_files_cost_neither_time_nor_an_error(tmp_path: Path, name: str, data: bytes) -> None:
    found = judged(tmp_path, name, data, data + b"\nz: 1\n")
    assert str(found.likeness) == "different"
