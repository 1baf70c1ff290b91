"""The first Ctrl-C ends a run within its time limit, whatever the endpoint does meanwhile."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import raw_server
from raw_server import Raw, completion, reply

from valuealign.administration.run.progress import Progress

pytestmark = pytest.mark.slow
MOODS = Path(__file__).parents[1] / "moods.yaml"
SLOW = {"error": {"message": "Requests per minute reached. Please retry in 300s."}}


def start(server, store, *more, before=()):
    """The command, as a user types it."""
    command = [*before, sys.executable, "-m", "valuealign_cli", "administer", "--model", "m"]
    command += ["--instrument", str(MOODS), "--base-url", server.base_url, "--store", str(store)]
    return subprocess.Popen(
        [*command, "--json", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OPENAI_API_KEY": "sk-test-0123456789"},
    )


def wait_for(server, n):
    """Until the server was asked so often."""
    deadline = time.monotonic() + 60
    while len(server.bodies) < n and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(server.bodies) >= n


ENDLESS = Raw(reply(b" " * 100_000 + json.dumps(completion()).encode()), drip=0.05)
LIMITED = Raw(reply(SLOW, "429 Slow"), kept=True)


@pytest.mark.parametrize(
    ("behaviour", "more", "seconds"),
    [
        ("a reply without end", ["--timeout", "30", "--time-limit", "4"], 15),
        ("a wait of five minutes", [], 6),
        ("a pace of one a minute", ["--rpm", "1"], 6),
    ],
)
def test_ctrl_c_ends_within_the_time_limit(raw, tmp_path, behaviour, more, seconds):
    always = {"a reply without end": ENDLESS, "a wait of five minutes": LIMITED}
    server = raw(always=always.get(behaviour, raw_server.GOOD))
    process = start(server, tmp_path / "s.db", *more)
    wait_for(server, 1)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    out, err = process.communicate(timeout=90)
    assert time.monotonic() - begun < seconds, err
    assert process.returncode == 3, err
    assert '"stopped": "stopped by the user"' in out
    with sqlite3.connect(tmp_path / "s.db") as store:
        assert store.execute("SELECT count(*) FROM attempts").fetchone() >= (1,)
        assert store.execute("SELECT count(*) FROM claims").fetchone() == (0,)


def test_a_terminal_that_closes_does_not_end_what_was_started_with_nohup(raw, tmp_path):
    server = raw(always=Raw(raw_server.GOOD.data, kept=True, seconds=0.3))
    ignoring = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]
    process = start(server, tmp_path / "s.db", "--concurrency", "1", before=ignoring)
    wait_for(server, 1)
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=90)
    assert (process.returncode, '"complete": true' in out) == (0, True), err


def test_the_progress_line_says_how_long_the_endpoint_makes_it_wait():
    progress = Progress(21, waiting=33.6)
    assert "waiting 34 s for the endpoint's rate limit" in progress.line()
    assert "waiting" not in Progress(21, waiting=0.4).line()
