"""What is printed can be printed anywhere: on a console without UTF-8, and never as control."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys

import pytest
from valuealign_cli import output

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.simulation.simulated_respondents import Simulated

SAID = "我选择4 → ž \x1b[31m"


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of replies that an old Windows console has no signs for."""
    monkeypatch.setattr(Simulated, "_text", lambda *_: SAID)
    va.administer("pvq-21", "sim:human", store=tmp_path / "s.db", display=Quiet())
    return tmp_path / "s.db"


def shown(store, *words, encoding):
    """What the command prints in an encoding, as bytes."""
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    run = [sys.executable, "-m", "valuealign_cli", "responses", "show", "--store", str(store)]
    return subprocess.run([*run, *words], env=env, capture_output=True, check=True).stdout


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_json_is_whole_and_a_table_is_printed_in_any_encoding(store, encoding):
    out = shown(store, "--limit", "1", "--json", encoding=encoding)
    assert json.loads(out.decode(encoding))[0]["raw"] == SAID
    table = shown(store, "--limit", "1", encoding=encoding).decode(encoding)
    assert ("我选择4" if encoding == "utf-8" else r"\u6211\u9009\u62e94") in table
    assert "\x1b" not in table


@pytest.mark.parametrize(("columns", "broken"), [(80, False), (20, True)])
def test_a_name_that_is_copied_is_not_broken_where_there_is_room(columns, broken, monkeypatch):
    monkeypatch.setattr(output, "LINE_WIDTH", columns)
    name = "levkovich-2023-suicide"
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        output.emit_table([{"id": name, "title": "words " * 40, "n": 123456}])
    assert (name not in stream.getvalue()) is broken
    assert "123456" in stream.getvalue()
