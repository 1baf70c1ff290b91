"""Real servers with a real model: llama.cpp's own, and the LiteLLM proxy in front of it.

LiteLLM has an environment of its own (it brings a hundred packages): `make litellm` makes it, or
VALUEALIGN_LITELLM names its `litellm` program.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign import local
from valuealign.administration.run.progress import Quiet

pytestmark = pytest.mark.slow
KEY = "sk-litellm-master-0123456789"  # the proxy refuses to start without one
ROOT = Path(__file__).parents[2]


def litellm_program():
    """Where LiteLLM is, or None."""
    named = os.environ.get("VALUEALIGN_LITELLM")
    kept = ROOT / ".venv-litellm" / "bin" / "litellm"
    return named or (str(kept) if kept.exists() else shutil.which("litellm"))


@pytest.fixture(scope="module")
def llama_cpp():
    """llama.cpp's server, started by xllamacpp."""
    local.fetch()
    with local.serve(threads=1) as running:
        yield running.base_url


@pytest.fixture(scope="module")
def litellm(llama_cpp, tmp_path_factory):
    """The LiteLLM proxy in front of it."""
    program = litellm_program()
    if program is None:
        pytest.skip("LiteLLM is not here; make it with: make litellm")
    folder = tmp_path_factory.mktemp("litellm")
    config = {
        "model_list": [
            {
                "model_name": local.NAME,
                "litellm_params": {
                    "model": f"openai/{local.NAME}",
                    "api_base": llama_cpp,
                    "api_key": "none",
                },
            }
        ]
    }
    (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "LITELLM_MASTER_KEY": KEY,
        "NO_DOCS": "True",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    command = [program, "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/health/liveliness", process, folder / "log.txt")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _wait(url, process, log):
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(url, timeout=5) as reply,
        ):
            if reply.status == 200:
                return
        time.sleep(0.5)
    pytest.fail(f"LiteLLM did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(params=["llama_cpp", "litellm"])
def server(request, monkeypatch):
    """The address of one of them."""
    address = request.getfixturevalue(request.param)
    if request.param == "litellm":
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
    return address


@pytest.mark.parametrize("elicitation", ["choice", "text", "json", "logprobs"])
def test_every_way_of_asking_is_answered(server, moods, tmp_path, elicitation):
    person = [va.Persona("nurse", "You are a retired nurse.")]
    given = va.administer(
        moods,
        local.NAME,
        base_url=server,
        personas=person,
        elicitation=elicitation,
        store=tmp_path / "s.db",
        concurrency=2,
        display=Quiet(),
    )
    assert len(given.long) == 6
    assert set(given.long["outcome"]) <= {"answer", "unreadable", "refusal"}
    assert set(given.long["model_returned"]) == {local.NAME}
    with contextlib.closing(sqlite3.connect(tmp_path / "s.db")) as store:
        rows = store.execute("SELECT status, extra, seed IS NOT NULL FROM attempts").fetchall()
    # Nothing was refused on the way: every field that is sent is taken.
    assert set(rows) == {("ok", None, 1)}
    if elicitation == "json":
        assert (given.long["outcome"] == "answer").all()
    if elicitation == "logprobs":
        assert given.long["option_mass"].notna().all()


def test_doctor_says_what_it_supports(server):
    done = CliRunner().invoke(valuealign, ["doctor", "--base-url", server, "--json"])
    assert done.exit_code == 0, done.output
    states = {row["what"]: row["state"] for row in json.loads(done.stdout)}
    for what in (
        "answers",
        "takes a seed",
        "takes an output limit",
        "takes a system role",
        "takes a JSON schema",
        "gives log-probabilities",
    ):
        assert states[what] == "yes", done.stdout


def test_the_key_is_in_no_store_and_no_output(litellm, moods, tmp_path, monkeypatch):
    wrong = "sk-wrong-key-9876543210abcdef"
    monkeypatch.setenv("OPENAI_API_KEY", wrong)
    words = ["administer", "--model", local.NAME, "--base-url", litellm]
    words += ["--instrument", str(ROOT / "tests" / "moods.yaml"), "--store", str(tmp_path / "s.db")]
    done = CliRunner().invoke(valuealign, words)
    assert done.exit_code == 1
    # Without a database the proxy answers a wrong key with 400, and with 401 where it has one.
    assert "requests in a row failed" in done.output or "check OPENAI_API_KEY" in done.output
    for text in (done.output, (tmp_path / "s.db").read_bytes().decode("latin-1")):
        assert not any(wrong[k : k + 8] in text for k in range(3, len(wrong) - 8))
