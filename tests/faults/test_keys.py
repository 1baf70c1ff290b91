"""The key and what else is secret: in no store, no output, no log and no exception."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import logging
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from raw_server import Raw, completion, reply

KEY = "sk-very/secret+0123456789&abcdefXYZ"
MOODS = Path(__file__).parents[1] / "moods.yaml"
ECHOES = {
    "whole": KEY,
    "JSON escapes": "".join(f"\\u{ord(c):04x}" for c in KEY),
    "URL": urllib.parse.quote(KEY, safe=""),
    "HTML": html.escape(KEY),
    "base64": base64.b64encode(f"Bearer {KEY}".encode()).decode(),
    "capitals": KEY.upper(),
    "a beginning": f"{KEY[:8]}********",
    "an end": f"****{KEY[-8:]}",
    "both ends": f"{KEY[:9]}***{KEY[-9:]}",
    "broken": f"{KEY[:12]} {KEY[12:]}",
}
PLACES = {
    "an answer": lambda e: reply(completion(f"4 {e}")),
    "a model's name": lambda e: reply({**completion(), "model": f"m-{e}"}),
    "a fingerprint": lambda e: reply({**completion(), "system_fingerprint": e}),
    "a finish reason": lambda e: reply(completion(finish_reason=e)),
    "a refusal": lambda e: reply({"choices": [{"message": {"content": None, "refusal": e}}]}),
    "an error": lambda e: reply({"error": {"message": f"bad key {e}"}}, "400 Bad"),
    "an error of the key": lambda e: reply({"error": {"message": f"bad key {e}"}}, "401 No"),
    "an error in an error": lambda e: reply(
        {"error": {"message": "x", "metadata": {"raw": json.dumps({"error": {"message": e}})}}},
        "500 Odd",
    ),
    "a page": lambda e: reply(f"<html><h1>{e}</h1></html>".encode(), "502 Bad"),
    "a Location": lambda e: reply(b"", "307 Go", f"Location: https://x.example/?k={e}\r\n"),
    "a rate limit": lambda e: reply(b"{}", "429 No", f"X-RateLimit-Of: {e}\r\nRetry-After: 0\r\n"),
    "a status line": lambda e: f"HTTP/1.1 abc {e}\r\n\r\n".encode(),
    "a header of no HTTP": lambda e: f"HTTP/1.1 200 OK\r\n{e}\r\n\r\n{{}}".encode(),
    "a broken chunk": lambda e: (
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{e}\r\n".encode()
    ),
    "a body that is cut": lambda e: reply({"error": e}, length=9_000),
}


def leaked(data):
    """The parts of the key of eight characters that can be read in some bytes."""
    text = data.decode("latin-1").lower()
    return [KEY[k : k + 8] for k in range(len(KEY) - 7) if KEY[k : k + 8].lower() in text]


@pytest.mark.parametrize("place", PLACES)
def test_an_echo_of_the_key_goes_nowhere(raw, administer, monkeypatch, caplog, capsys, place):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    echoes = [Raw(PLACES[place](echo)) for echo in ECHOES.values()]
    server = raw([entry for echo in echoes for entry in (echo, None)])
    with caplog.at_level(logging.DEBUG):
        given = administer(server, occasions=4, on_change="continue", timeout=2.0)
    assert f"Bearer {KEY}" in server.heads[0]
    printed = capsys.readouterr()
    for text in (
        given.said,
        given.outcome.stopped or "",
        repr(given.outcome),
        caplog.text,
        printed.out,
        printed.err,
    ):
        assert not leaked(text.encode())
    for path in given.store.parent.iterdir():
        assert not leaked(path.read_bytes()), path.name
    bodies = given.rows("SELECT body FROM attempts")
    assert not any(leaked(_decoded(body)) for (body,) in bodies)


def _decoded(body):
    """What a body says once its escapes and base64 are resolved."""
    text = html.unescape(urllib.parse.unquote(body.decode("utf-8", "replace")))
    words = [word for word in text.replace('"', " ").split() if len(word) > 20]
    found = [text.encode()]
    for word in words:
        try:
            found.append(base64.b64decode(word + "===", validate=False))
        except ValueError:
            continue
    with contextlib.suppress(ValueError):
        found.append(str(json.loads(body)).encode("utf-8", "replace"))
    return b"\n".join(found)


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        (
            lambda url: url.replace("http://", f"http://me:{urllib.parse.quote(KEY, safe='')}@"),
            f"Basic {base64.b64encode(f'me:{KEY}'.encode()).decode()}",
        ),
        (lambda url: f"{url}?api_key={urllib.parse.quote(KEY, safe='')}", "api_key=sk-very"),
        (lambda url: url.replace("/v1", f"/{urllib.parse.quote(KEY, safe='')}/v1"), "sk-very"),
    ],
    ids=["user name and password", "query", "path"],
)
@pytest.mark.parametrize("refused", [False, True])
def test_a_key_in_the_address_is_used_and_not_kept(raw, tmp_path, change, sent, refused):
    bad = Raw(reply({"error": {"message": f"no such key {KEY}"}}, "401 No"), kept=True)
    server = raw(always=bad) if refused else raw()
    url = change(server.base_url)
    command = [sys.executable, "-m", "valuealign_cli", "administer", "--model", "m"]
    command += ["--instrument", str(MOODS), "--base-url", url, "--store", str(tmp_path / "s.db")]
    environment = {"PATH": "/usr/bin", "HOME": str(tmp_path), "OPENAI_LOG": "debug"}
    first = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert first.returncode == (1 if refused else 0), first.stderr
    assert sent in server.heads[0]
    asked = len(server.bodies)
    again = subprocess.run(command, capture_output=True, check=False, env=environment)
    # The same respondent: what was answered is not asked again.
    assert (len(server.bodies) == asked) != refused
    for data in (first.stdout, first.stderr, again.stdout, again.stderr):
        assert not leaked(data)
    for path in tmp_path.iterdir():
        assert not (path.is_file() and leaked(path.read_bytes())), path.name


def test_an_address_that_nobody_answers_is_not_repeated_with_its_key(tmp_path):
    url = f"http://me:{KEY.replace('/', '%2F')}@127.0.0.1:9/{KEY.replace('/', '%2F')}/v1"
    command = [sys.executable, "-m", "valuealign_cli", "doctor", "--base-url", url, "--model", "m"]
    environment = {"PATH": "/usr/bin", "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.returncode == 1
    assert b"the connection failed" in done.stdout
    assert not leaked(done.stdout + done.stderr)


@pytest.mark.parametrize(
    "key", ["\u201csk-0123456789\u201d", "sk-01234\u00e956789", "sk-0123 45678"]
)
def test_a_key_that_cannot_be_sent_is_refused_before_anything_is_asked(raw, tmp_path, key):
    server = raw()
    command = [sys.executable, "-m", "valuealign_cli", "administer", "--model", "m"]
    command += ["--instrument", str(MOODS), "--base-url", server.base_url]
    command += ["--store", str(tmp_path / "s.db")]
    environment = {"PATH": "/usr/bin", "HOME": str(tmp_path), "OPENAI_API_KEY": key}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (done.returncode, len(server.bodies)) == (1, 0)
    assert b"OPENAI_API_KEY holds" in done.stderr
    assert b"0123" not in done.stdout + done.stderr
    assert not (tmp_path / "s.db").exists()


def test_a_proxy_of_the_environment_is_used_and_its_password_is_not_kept(
    raw, administer, monkeypatch
):
    secret = "proxy-secret-0123456789"  # noqa: S105
    server = raw([None, Raw(reply({"error": f"no {secret}"}, "502 Bad"))])
    proxy = server.base_url.replace("http://", f"http://me:{secret}@").removesuffix("/v1")
    server.base_url = "http://endpoint.example/v1"
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "")
    given = administer(server)
    assert given.outcome.complete
    assert server.heads[0].startswith("POST http://endpoint.example/v1/chat/completions")
    assert "Proxy-Authorization: Basic" in server.heads[0]
    assert secret not in (given.said + str(given.rows("SELECT error, body FROM attempts")))


def test_a_host_that_the_environment_excepts_is_asked_without_the_proxy(
    raw, administer, monkeypatch
):
    server = raw()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert administer(server).outcome.complete
