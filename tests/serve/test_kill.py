"""No answer that was acknowledged is lost, even where the server is killed in the middle."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from people_at_a_form import Visitor

import valuealign as va

N_PEOPLE, N_KILLS = 10, 1


def start(arguments):
    """The command itself, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "valuealign_cli", "serve", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL, which Windows lacks")
def test_people_at_once_and_a_killed_server_lose_no_answer(study_file, tmp_path):
    port = free_port()
    store = tmp_path / "s.db"
    study = study_file(instruments=[{"instrument": "pvq-21"}], forms=["order=random"])
    arguments = ["pvq-21", "--study", str(study), "--store", str(store), "--port", str(port)]
    acknowledged: dict[str, dict[str, str]] = {}
    troubles: list[BaseException] = []

    def take_part(k):
        draw = random.Random(k)
        visitor = Visitor(f"http://127.0.0.1:{port}", patience=60)
        try:
            visitor.begin()
            person = visitor.path.split("/")[2].partition(".")[0]
            said = acknowledged.setdefault(person, {})
            while not visitor.path.endswith("/done"):
                _, _, radios = visitor.form()
                chosen = {name: draw.choice(options) for name, options in radios.items()}
                visitor.send(chosen)
                said |= chosen
        except BaseException as error:  # noqa: BLE001  # told at the end
            troubles.append(error)

    server = start(arguments)
    people = [threading.Thread(target=take_part, args=(k,)) for k in range(N_PEOPLE)]
    try:
        for each in people:
            each.start()
        for _ in range(N_KILLS):
            before = sum(map(len, acknowledged.values()))
            while any(p.is_alive() for p in people) and (
                sum(map(len, acknowledged.values())) < before + 60
            ):
                time.sleep(0.05)
            server.kill()
            server.wait()
            server = start(arguments)
        for each in people:
            each.join(120)
    finally:
        server.kill()
        server.wait()
    assert troubles == []
    assert len(acknowledged) == N_PEOPLE
    long = va.responses(store).long
    stored = {(p, i): r for p, i, r in zip(long["persona"], long["item_id"], long["raw"])}  # noqa: B905
    sent = {
        (person, name.removeprefix("a-")): token
        for person, said in acknowledged.items()
        for name, token in said.items()
    }
    assert len(sent) == N_PEOPLE * 21
    assert {key: stored[key] for key in sent} == sent
