"""Whatever comes back, HTTP or not, is an attempt of one cell: the table of faults by places.

Each fault is met at the first request, in the middle and at the last one, with one and with four
requests in flight; the run goes on, the attempt is on disk, and every cell is answered.
"""

from __future__ import annotations

import json
import time

import pytest
from raw_server import GOOD, Raw, completion, reply

from valuealign.errors import CircuitOpen

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = json.dumps(completion()).encode()

NOT_HTTP = {
    "no bytes at all": Raw(b""),
    "a reset": Raw(b"", reset=True),
    "words": Raw(b"hello\r\n\r\n"),
    "binary": Raw(bytes(range(256)) * 40),
    "an FTP greeting": Raw(b"220 FTP ready\r\n"),
    "a TLS alert": Raw(b"\x15\x03\x01\x00\x02\x02\x46"),
    "HTTP/2 frames": Raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18),
    "a bad status line": Raw(b"HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\n{}"),
    "a status of four digits": Raw(b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "a status of two digits": Raw(b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "a version of another protocol": Raw(b"ICY 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "half a status line": Raw(b"HTTP/1."),
    "half a header": Raw(HEAD + b"Content-Le"),
    "a header without a colon": Raw(HEAD + b"nonsense\r\nContent-Length: 2\r\n\r\n{}"),
    "a header with NUL": Raw(HEAD + b"X: a\x00b\r\nContent-Length: 2\r\n\r\n{}"),
    "a huge header": Raw(HEAD + b"X: " + b"a" * 200_000 + b"\r\nContent-Length: 2\r\n\r\n{}"),
    "ten thousand headers": Raw(
        HEAD + b"".join(b"X-%d: a\r\n" % k for k in range(10_000)) + b"Content-Length: 2\r\n\r\n{}"
    ),
    "a length that is too long": Raw(reply(BODY, length=len(BODY) + 50)),
    "a length that is too short": Raw(reply(BODY, length=10)),
    "a length that is not a number": Raw(HEAD + b"Content-Length: many\r\n\r\n" + BODY),
    "a negative length": Raw(HEAD + b"Content-Length: -5\r\n\r\n" + BODY),
    "a length of 10^30": Raw(HEAD + b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\n" + BODY),
    "two lengths": Raw(HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\n{}   "),
    "a bad chunk size": Raw(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"),
    "a negative chunk size": Raw(CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n"),
    "a chunk that is cut": Raw(CHUNKED + b"ff\r\n{}"),
    "chunks without an end": Raw(CHUNKED + b"2\r\n{}\r\n"),
    "gzip that is none": Raw(reply(BODY, headers="Content-Encoding: gzip\r\n")),
    "gzip that is cut": Raw(
        reply(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab", headers="Content-Encoding: gzip\r\n")
    ),
    "an unknown coding": Raw(reply(b"\x00\x01", headers="Content-Encoding: zstd\r\n")),
}

IN_HTTP = {
    "status 100 only": Raw(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "status 204": Raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "status 205": Raw(reply(b"", "205 Reset Content")),
    "status 206": Raw(reply(b'{"choices', "206 Partial Content")),
    "status 599": Raw(reply(b"", "599 Odd")),
    "status 999": Raw(reply(b"", "999 Odd")),
    "an empty body": Raw(reply(b"")),
    "a byte-order mark": Raw(reply(b"\xef\xbb\xbf" + b"oops")),
    "JSON of another encoding": Raw(reply(json.dumps({"a": "é"}).encode("utf-16") + b"x")),
    "deep nesting": Raw(reply(b"[" * 100_000)),
    "a number of 100,000 digits": Raw(reply(b"1" * 100_000)),
    "Retry-After of 10^30": Raw(reply(b"{}", "503 Busy", "Retry-After: 1" + "0" * 30 + "\r\n")),
    "Retry-After below 0": Raw(reply(b"{}", "503 Busy", "Retry-After: -7\r\n")),
    "Retry-After of NaN": Raw(reply(b"{}", "503 Busy", "Retry-After: nan\r\n")),
    "Retry-After in the year 999999": Raw(
        reply(b"{}", "503 Busy", "Retry-After: Mon, 31 Dec 999999 99:99:99 GMT\r\n")
    ),
    "Retry-After in words": Raw(reply(b"{}", "503 Busy", "Retry-After: soon\r\n")),
    "a rate limit of infinite reset": Raw(
        reply(
            b"{}",
            "500 Odd",
            "x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: "
            + "9" * 400
            + "h\r\n",
        )
    ),
}

ODD = [None, True, -1, 1.5, 10**30, "x", [], [1], {}, {"a": 1}, [[]], [None]]
PLACES = (
    "choices",
    "message",
    "content",
    "finish_reason",
    "refusal",
    "usage",
    "model",
    "system_fingerprint",
    "logprobs",
    "error",
    "output",
    "prompt_tokens",
    "completion_tokens_details",
    "index",
)


def _odd(place, value):
    """A completion with a value of another type at one place."""
    whole = completion()
    whole["usage"] = {"prompt_tokens": 3, "completion_tokens_details": {}}
    choice = whole["choices"][0]
    for holder in (whole, choice, choice["message"], whole["usage"]):
        if place in holder or (holder is choice and place in ("logprobs", "index")):
            holder[place] = value
            return whole
    whole[place] = value
    return whole


FAULTS = NOT_HTTP | IN_HTTP


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_reply_of_any_kind_is_an_attempt_of_one_cell(raw, administer, name, place):
    before = {"first": 0, "middle": 2, "last": 5}[place]
    server = raw([None] * before + [FAULTS[name]])
    given = administer(server, timeout=2.0)
    assert given.outcome.complete, given.outcome.stopped
    assert given.outcomes == ["answer"] * 6
    assert given.rows("SELECT count(*) FROM attempts WHERE final") == [(6,)]
    ((status, error),) = given.rows("SELECT status, error FROM attempts WHERE NOT final")
    assert status in ("connection", "malformed", "http", "timeout"), status
    assert error
    assert len(server.bodies) == 7


@pytest.mark.parametrize("name", NOT_HTTP)
def test_an_endpoint_that_never_speaks_http_is_given_up_with_every_attempt_recorded(
    raw, administer, name
):
    server = raw(always=FAULTS[name])
    given = administer(server, timeout=2.0)
    assert isinstance(given.outcome.error, CircuitOpen)
    assert "5 requests in a row failed" in given.outcome.stopped
    assert given.outcomes == ["failed"] * 5
    # A request on a connection that the server has closed meanwhile is an attempt it never saw.
    assert len(server.bodies) <= len(given.attempts) == 30


def test_a_first_reply_of_another_kind_to_every_cell_leaves_a_run_of_four_at_once_whole(
    raw, administer
):
    """The faults go by cell, not by arrival: a cell gives up after six of them in a row."""
    faults = [fault for fault in FAULTS.values() if fault.data or fault.reset]
    server, asked = raw(), set()

    def answer(body, _head):
        cell = json.dumps(body, sort_keys=True)
        if cell in asked:
            return GOOD
        asked.add(cell)
        return faults[len(asked) % len(faults)]

    server.answer = answer
    given = administer(server, timeout=2.0, concurrency=4, occasions=12)
    assert given.outcome.complete, given.outcome.stopped
    assert given.outcomes == ["answer"] * 72
    assert len(asked) == 72
    assert len(server.bodies) <= len(given.attempts)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("elicitation", ["choice", "json", "logprobs"])
def test_a_value_of_another_type_anywhere_ends_no_run(raw, administer, place, elicitation):
    odd = [Raw(reply(_odd(place, value)), kept=True) for value in ODD]
    server = raw([entry for each in odd for entry in (each, None)])
    given = administer(server, elicitation=elicitation, occasions=4, on_change="continue")
    # Without log-probabilities the run stops and says so; nothing else ends it.
    stopped = given.outcome.stopped or ""
    assert given.outcome.complete or "no log-probabilities" in stopped, stopped
    assert len(given.attempts) == len(server.bodies)


@pytest.mark.parametrize("value", ODD, ids=str)
def test_an_echo_of_another_type_ends_no_run(raw, administer, value):
    choices = [
        {
            "text": "x",
            "index": value,
            "logprobs": {"token_logprobs": [value], "text_offset": [value], "tokens": value},
        }
    ] * 4
    server = raw(always=Raw(reply({"choices": choices}), kept=True))
    given = administer(server, elicitation="logprobs", forms="labels=words")
    assert "no log-probabilities" in (given.outcome.stopped or "")
    assert len(given.attempts) == 3


def test_a_reply_that_never_ends_is_given_up_after_the_time_limit(raw, administer):
    server = raw([Raw(reply(b" " * 5000 + BODY), drip=0.05)])
    start = time.monotonic()
    given = administer(server, timeout=1.0, time_limit=1.5)
    assert time.monotonic() - start < 20
    assert given.outcome.complete
    assert given.attempts == ["timeout", *["ok"] * 6]
    assert given.rows("SELECT length(body) > 0 FROM attempts WHERE status = 'timeout'") == [(1,)]


def test_the_time_limit_does_not_hurry_a_slow_reply_within_it(raw, administer):
    server = raw([Raw(reply(b" " * 40 + BODY), drip=0.01, kept=True)])
    given = administer(server, timeout=1.0, time_limit=30.0)
    assert given.attempts == ["ok"] * 6
