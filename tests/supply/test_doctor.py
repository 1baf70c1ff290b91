"""The doctor says what is there, and never a key."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

from valuealign.instrument.load import load_instrument
from valuealign.simulation import serve

KEY = "sk-very-secret-0123456789"


def doctor(*words):
    """Rows by name."""
    done = CliRunner().invoke(valuealign, ["doctor", "--json", *words], catch_exceptions=False)
    assert KEY not in done.output
    return {row["what"]: row for row in json.loads(done.stdout)}, done.exit_code


def test_it_says_what_is_set_and_what_to_do_where_nothing_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows, code = doctor()
    assert code == 0
    assert rows["endpoint"]["state"] == "not set"
    assert "OPENAI_API_KEY" in rows["endpoint"]["detail"]
    assert rows["store"]["state"] == "not yet"


def test_it_reaches_an_endpoint_without_showing_the_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve("yes", load_instrument("pvq-21")) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
        rows, _ = doctor("--reach")
        assert rows["reachable"]["state"] == "yes"
        assert rows["endpoint"]["detail"] == f"{endpoint.base_url}, a key is set"
    rows, _ = doctor("--reach")
    assert rows["reachable"]["state"] == "no"


def test_a_redirecting_env_file_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=https://thief.example/v1\n", encoding="utf-8")
    rows, _ = doctor()
    assert "not used" in rows[".env"]["detail"]


def supported(*words):
    """What doctor says of an endpoint, by what it is about."""
    done = CliRunner().invoke(valuealign, ["doctor", "--json", "--base-url", *words])
    return {row["what"]: row for row in json.loads(done.stdout)}, done.exit_code


def test_doctor_asks_one_question_and_says_what_an_endpoint_supports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    question = load_instrument(str(files("valuealign.supply") / "question.yaml"))
    with serve("yes", question) as endpoint:
        rows, code = supported(endpoint.base_url)
    assert code == 0
    takes = ("a seed", "an output limit", "a system role", "a JSON schema")
    for what in ("answers", "gives log-probabilities", *(f"takes {each}" for each in takes)):
        assert rows[what]["state"] == "yes", rows[what]
    assert "read as answer" in rows["answers"]["detail"]
    assert list(tmp_path.iterdir()) == []


def test_doctor_says_which_fields_an_endpoint_refuses(served_refusals):
    rows, code = supported(served_refusals, "--model", "m")
    assert code == 0
    states = {what: row["state"] for what, row in rows.items()}
    assert states["takes a seed"] == "no"
    assert states["takes a system role"] == "no"
    assert states["takes a JSON schema"] == "no"
    assert states["gives log-probabilities"] == "no"
    assert rows["takes an output limit"]["detail"] == "max_completion_tokens"


@pytest.mark.parametrize("model", [[], ["--model", "m"]])
def test_doctor_says_within_seconds_when_nobody_answers(model):
    began = time.monotonic()
    rows, code = supported("http://127.0.0.1:9/v1", *model)
    assert (rows["answers"]["state"], code) == ("no", 1)
    assert "the connection failed" in rows["answers"]["detail"]
    assert time.monotonic() - began < 10


def test_doctor_asks_for_a_model_where_an_endpoint_lists_none(served_refusals):
    done = CliRunner().invoke(valuealign, ["doctor", "--base-url", served_refusals])
    assert "lists no models; name one" in str(done.exception)


@pytest.mark.parametrize(("wait", "asked"), [("10", 2), ("11", 1)])
def test_doctor_waits_ten_seconds_for_a_rate_limit_and_no_longer(monkeypatch, wait, asked):
    """The wait itself is skipped: what it would have been is in the header."""

    async def no_pause(*_):
        pass

    monkeypatch.setattr("valuealign.administration.run.asker.Asker._pause", no_pause)
    with limited(wait) as (address, bodies):
        rows, _ = supported(address, "--model", "m")
    assert rows["answers"]["state"] == "no"
    assert len(bodies) == asked


@contextlib.contextmanager
def limited(wait):
    """An endpoint that asks every request to wait; its address and the requests it got."""
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(429)
            self.send_header("Retry-After", wait)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Handler) as address:
        yield address, bodies


@contextlib.contextmanager
def serving(handler):
    """A loopback server of these requests; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def served_refusals():
    """An endpoint that takes nothing but a question and max_completion_tokens."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            taken = {"model", "messages", "max_completion_tokens"}
            refused = [name for name in body if name not in taken]
            reply = {"choices": [{"message": {"content": "4"}}]}
            if any(message["role"] == "system" for message in body["messages"]):
                reply = {"detail": "system role not supported"}
            elif refused:
                reply = [{"error": {"message": f"Unknown parameter: {refused[0]}"}}]
            data = json.dumps(reply).encode()
            self.send_response(200 if "choices" in reply else 400)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    with serving(Handler) as address:
        yield address
