"""The server of a survey: on loopback unless another address is asked for."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from valuealign.errors import PlanError, StoreError
from valuealign.serve.answering import Answering
from valuealign.serve.participant_file import ParticipantFile, participant_path
from valuealign.serve.survey import Survey
from valuealign.store.store import Store, default_store

LOOPBACK = "127.0.0.1"
_MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Served:
    """A survey that is being served.

    Parameters
    ----------
    base_url : str
        Where, without a slash at the end.
    people : ParticipantFile
    survey : str
        The id of the survey.
    """

    base_url: str
    people: ParticipantFile
    survey: str


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(survey: Survey, host: str, address: str | None) -> None:
    """Refuse to show a trial to others.

    Raises
    ------
    PlanError
        No study file, and not on loopback; an address that is none.
    """
    if survey.is_trial and (not is_loopback(host) or address is not None):
        raise PlanError(
            "people need information and a consent before they take part; add a study file with "
            "'participants:' (--study FILE), or serve on this machine only"
        )
    if address is not None and urlsplit(address).scheme not in ("http", "https"):
        raise PlanError(f"the address is {address!r}; expected https://study.example.org")


@contextmanager
def open_answering(
    survey: Survey, store: str | Path | None, participants: str | Path | None = None
) -> Iterator[Answering]:
    """Open the store and the file of participants, and keep a writer ready.

    Raises
    ------
    StoreError
        One of them cannot be opened.
    """
    where = str(default_store() if store is None else store)
    path = Path(participants) if participants else participant_path(where)
    with ParticipantFile(path) as people, Store.open(where) as opened:
        for each in survey.questionnaires:
            each.record(opened)
        plan = opened.new_plan(
            {"served": [each.content() for each in survey.questionnaires]},
            seed=survey.questionnaires[0].seed,
            version=version("valuealign"),
        )
        writer = opened.writer(plan, on_commit=lambda _: None, on_trouble=lambda _: None)
        with writer:
            yield Answering(survey, opened, people, writer, plan)


def server_of(answering: Answering, *, host: str, address: str | None, is_open: bool) -> Any:
    """A uvicorn server of the survey, not running yet.

    Raises
    ------
    StoreError
        The packages of the extra are not installed.
    """
    try:
        import uvicorn

        from valuealign.serve.site import site_of
    except ImportError as error:
        raise StoreError(
            f"the web form needs {error.name}; pip install 'valuealign[serve]'"
        ) from error
    hosts = ["localhost", LOOPBACK, "[::1]", host]
    if address:
        hosts.append(urlsplit(address).hostname or host)
    if not is_loopback(host) and not address:
        hosts = ["*"]
    config = uvicorn.Config(
        site_of(answering, hosts, is_open=is_open),
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        lifespan="off",
    )
    return uvicorn.Server(config)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens at an address.

    Raises
    ------
    PlanError
        Another program has the port, or the address is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PlanError(
            f"the form cannot be served at {host}, port {port}: {error.strerror or error}; "
            "name another with --host or --port"
        ) from error
    listening.listen(1024)
    return listening


def url_of(listening: socket.socket) -> str:
    """The address of a socket as a URL."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def serving(
    survey: Survey,
    store: str | Path,
    *,
    is_open: bool = True,
    participants: str | Path | None = None,
) -> Iterator[Served]:
    """Serve a survey on loopback, in a thread, for as long as the context lasts.

    Parameters
    ----------
    survey : Survey
    store : str or Path
    is_open : bool
    participants : str or Path, optional
    """
    with open_answering(survey, store, participants) as answering:
        server = server_of(answering, host=LOOPBACK, address=None, is_open=is_open)
        listening = bound(LOOPBACK, 0)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield Served(url_of(listening), answering.people, survey.id)
        finally:
            server.should_exit = True
            thread.join()
            listening.close()
