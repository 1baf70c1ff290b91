"""kill -9, two processes, Ctrl-C: real processes, a real server, a real store.

Whatever happens, nothing that was answered is asked again, nothing is there twice, and what is
asked again was in flight when the process died.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from forked_command import forked

MOODS = Path(__file__).parents[1] / "moods.yaml"
CONCURRENCY = 8
PEOPLE = 40
CELLS = 6 * PEOPLE


@pytest.fixture
def people(tmp_path):
    """Forty personas."""
    path = tmp_path / "people.csv"
    rows = [f"p{k},female,{20 + k}" for k in range(PEOPLE)]
    path.write_text("\n".join(["id,sex,age", *rows]) + "\n", encoding="utf-8")
    return path


KEY = {"OPENAI_API_KEY": "sk-test-0123456789"}


def arguments(server, store, people):
    """What a user types after "valuealign"."""
    typed = ["administer", "--model", "m", "--instrument", str(MOODS), "--persona", str(people)]
    typed += ["--base-url", server.base_url, "--store", str(store)]
    return [*typed, "--concurrency", str(CONCURRENCY), "--json"]


def start(server, store, people, *more):
    """The command, as a user types it."""
    return subprocess.Popen(
        [sys.executable, "-m", "valuealign_cli", *arguments(server, store, people), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | KEY,
    )


def rows(store, query):
    """Rows of the store; none where it has no tables yet."""
    if not store.exists():
        return []
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


FINAL = "SELECT administration, position FROM attempts WHERE final"


def check_whole(store):
    """Every cell is there once, with one response an item."""
    assert len(rows(store, FINAL)) == len(set(rows(store, FINAL))) == CELLS
    assert rows(store, "SELECT count(*) FROM responses") == [(CELLS,)]
    assert rows(store, "PRAGMA integrity_check") == [("ok",)]
    assert rows(store, "SELECT count(*) FROM claims") == [(0,)]


@pytest.mark.slow
def test_after_fifty_kills_nothing_answered_was_asked_again(served, people, tmp_path):
    server = served()
    server.latency = 0.02
    dice = random.Random(20261123)
    kills = asked_before = 0
    store = tmp_path / "study-0.db"
    stores = [store]
    while kills < 50:
        done_before = set(rows(store, FINAL))
        process = forked(arguments(server, store, people), KEY)
        wait_for_requests(server, asked_before + dice.randint(1, 24), process)
        process.kill()
        process.join()
        kills += 1
        done = set(rows(store, FINAL))
        assert done_before <= done, "a reply that was on disk is gone"
        asked_before = len(server.bodies)
        if len(done) > CELLS - 30:
            finish(server, store, people)
            store = tmp_path / f"study-{kills}.db"
            stores.append(store)
            asked_before = len(server.bodies)
    finish(server, store, people)
    assert rows(store, "SELECT count(*) FROM claims") == [(0,)]
    asked = Counter(str(body["messages"]) for body in server.bodies)
    again = sum(asked.values()) - len(stores) * CELLS
    # What was in flight, or on its way to disk within the writer's 20 ms, may be asked again.
    assert again <= kills * 2 * CONCURRENCY, f"{again} asked again after {kills} kills"


def wait_for_requests(server, n, process):
    """Until the server was asked so often, or the process ended."""
    popen = isinstance(process, subprocess.Popen)
    deadline = time.monotonic() + 60
    while len(server.bodies) < n and time.monotonic() < deadline:
        if (process.poll() if popen else process.exitcode) is not None:
            return
        time.sleep(0.002)


def finish(server, store, people):
    """Resume to the end; everything is there once."""
    done = len(rows(store, FINAL))
    asked = len(server.bodies)
    out, err = start(server, store, people).communicate(timeout=120)
    assert '"complete": true' in out, err
    assert len(server.bodies) - asked == CELLS - done, "something answered was asked again"
    check_whole(store)


@pytest.mark.slow
def test_two_processes_share_a_plan_and_do_no_cell_twice(served, people, tmp_path):
    server = served()
    server.latency = 0.02
    store = tmp_path / "study.db"
    both = [start(server, store, people) for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]
    assert all('"complete": true' in out for out, _ in outputs), outputs
    assert len(server.bodies) == CELLS
    check_whole(store)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_finishes_what_is_in_flight_says_how_to_go_on_and_exits_three(
    served, people, tmp_path, number
):
    server = served()
    server.latency = 0.1
    store = tmp_path / "study.db"
    process = start(server, store, people)
    wait_for_requests(server, 20, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3, err
    assert "run the same command again" in err
    assert '"stopped": "stopped by the user"' in out
    # Every request that went out came back and is on disk: none is lost, none asked again.
    assert len(rows(store, FINAL)) == len(server.bodies)
    assert rows(store, "SELECT count(*) FROM claims") == [(0,)]
    finish(server, store, people)
    assert len(server.bodies) == CELLS


@pytest.mark.slow
def test_a_locked_store_is_waited_for(served, people, tmp_path):
    server = served()
    store = tmp_path / "study.db"
    finish(server, store, people)
    locker = sqlite3.connect(store, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    process = start(server, store, people, "--occasions", "2")
    time.sleep(2.5)
    assert process.poll() is None
    locker.execute("COMMIT")
    locker.close()
    out, err = process.communicate(timeout=60)
    assert '"complete": true' in out, err


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a small file system")
def test_a_full_disk_is_said_and_the_rest_resumes(served, people, tmp_path):
    """The store may not grow over a limit (ulimit -f), as on a disk that is full."""
    server = served()
    store = tmp_path / "study.db"
    command = f"ulimit -f 400; trap '' XFSZ; exec {sys.executable} -m valuealign_cli administer"
    command += f" --model m --instrument {MOODS} --base-url {server.base_url} --store {store}"
    command += f" --persona {people} --concurrency 8"
    limited = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OPENAI_API_KEY": "sk-test-0123456789"},
    )
    assert limited.returncode == 1, limited.stderr
    assert "Traceback" not in limited.stderr
    assert "disk" in limited.stderr
    done = set(rows(store, FINAL))
    out, err = start(server, store, people).communicate(timeout=120)
    assert '"complete": true' in out, err
    assert done <= set(rows(store, FINAL))
    check_whole(store)
