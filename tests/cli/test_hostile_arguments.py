"""Every command that takes a file takes any file: it is read, or refused in a sentence."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

from valuealign.errors import ValuealignError

PEOPLE = (
    ".csv",
    ".csv.gz",
    ".tsv",
    ".sav",
    ".zsav",
    ".por",
    ".dta",
    ".xpt",
    ".sas7bdat",
    ".parquet",
    ".xlsx",
)
ASK = ["administer", "--model", "sim:yes", "--dry-run"]
COMMANDS = {
    "check": (["instruments", "check", "@"], (".yaml",)),
    "show": (["instruments", "show", "@"], (".yaml",)),
    "wording": (
        ["instruments", "wording", "pvq-21", "@", "--form", "they"],
        (".txt", ".docx", ".pdf", ".xml", ".csv"),
    ),
    "new": (
        [
            "instruments",
            "new",
            "x",
            "--title",
            "t",
            "--construct",
            "c",
            "--holder",
            "h",
            "--output",
            "none/x.yaml",
            "--from-csv",
            "@",
        ],
        (".csv",),
    ),
    "instrument": ([*ASK, "--instrument", "@"], (".yaml",)),
    "persona": ([*ASK, "--instrument", "pvq-21", "--persona", "@"], (".yaml", ".csv")),
    "populations": (["populations", "add", "@", "--instrument", "pvq-21"], (".json", *PEOPLE)),
    "data": (["analyze", "efa", "--factors", "1", "--data", "@"], PEOPLE),
    "syntax": (["analyze", "cfa", "--data", "good.csv", "--syntax", "@"], (".txt",)),
    "study": (["study", "run", "@"], (".yaml",)),
}
FILES = {
    "empty": b"",
    "nulls": bytes(2048),
    "bytes": bytes(range(256)) * 8,
    "half a mark": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "long line": b"a," * 100_000,
    "many lines": b"a\n" * 50_000,
    "laughs": b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>',
    "alias": b"a: &x [*x]",
    "tag": b"!!python/object/apply:os.system ['touch owned']",
    "archive": b"PK\x03\x04" + bytes(99),
    "escape": b"\x1b[2J\x1b]0;owned\x07: \xc2\x9b1m\n",
    "numbers": b'{"a": ' + b"9" * 5000 + b"}",
    "nan": b'{"a": NaN}',
    "pdf": b"%PDF-1.7\n%%EOF",
}
PLACES = ("pipe", "loop", "zero", "folder", "none")


def special(folder, name, ending):
    """Something with a file's name that is not a file."""
    path = folder / f"special{ending}"
    if name == "pipe":
        os.mkfifo(path)
    elif name == "loop":
        path.symlink_to(path)
    elif name == "zero":
        path.symlink_to("/dev/zero")
    elif name == "folder":
        path.mkdir()
    return path


def invoked(words):
    """Run a command in this process; only our own exceptions may leave it."""
    begun = time.monotonic()
    done = CliRunner().invoke(valuealign, words)
    assert time.monotonic() - begun < 30
    error = done.exception
    if error is not None and not isinstance(error, SystemExit | ValuealignError):
        raise error
    if isinstance(error, ValuealignError):
        assert 0 < len(str(error)) < 2000
    assert not {"\x1b", "\x07", "\x9b"} & set(done.output)
    return done


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_any_file_is_read_or_refused(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VALUEALIGN_DATA", str(tmp_path / "data"))
    rows = "\n".join(f"{k % 5},{k * 3 % 7},{k * k % 4}" for k in range(60))
    Path("good.csv").write_text("a,b,c\n" + rows, encoding="utf-8")
    words, endings = COMMANDS[command]
    refused = 0
    for ending in endings:
        for data in FILES.values():
            path = tmp_path / f"any{ending}"
            path.write_bytes(data)
            refused += invoked([str(path) if w == "@" else w for w in words]).exit_code != 0
        for name in PLACES:
            folder = tmp_path / f"{name}{ending}"
            folder.mkdir()
            path = special(folder, name, ending)
            refused += invoked([str(path) if w == "@" else w for w in words]).exit_code != 0
    assert refused > len(endings) * 10
    assert not Path("owned").exists()
