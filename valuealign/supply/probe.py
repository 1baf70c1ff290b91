"""Probe of an endpoint: one question as a plain choice, in JSON and with logprobs."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from valuealign.administration.endpoint.credentials import Credentials, find_credentials
from valuealign.administration.endpoint.endpoint import Endpoint
from valuealign.administration.endpoint.known_endpoints import KnownEndpoint, known_endpoint
from valuealign.administration.endpoint.limits import Pace, TimeLimits
from valuealign.administration.plan.elicitation import ELICITATIONS, WAYS, Elicitation
from valuealign.administration.plan.plan import Plan
from valuealign.administration.reply.reply import Exchange, parse
from valuealign.administration.run.asker import Asker
from valuealign.administration.run.cost import Budget
from valuealign.administration.run.retry import Patience
from valuealign.errors import AdministrationError, PlanError
from valuealign.instrument.load import load_instrument
from valuealign.respondent import Persona, Respondent
from valuealign.store.records import AttemptRecord, CellKey

_WAYS = tuple(name for name in ELICITATIONS if not WAYS[name].free)
_BRIEF = Patience(attempts=2, waits=0, longest_wait=10.0)
"""Somebody waits for the report, and a failure is what it is to show."""
_WHO = Persona("doctor", "You are a retired nurse.")


@dataclass(frozen=True, slots=True)
class Support:
    """One feature that an endpoint supports or does not support.

    Parameters
    ----------
    what : str
    state : str
        "yes", "no" or "note".
    detail : str
    """

    what: str
    state: str
    detail: str


def probe(
    base_url: str | None = None, model: str | None = None, *, timeout: float = 60.0
) -> list[Support]:
    """Ask an endpoint one question in three ways and report what it supports.

    Parameters
    ----------
    base_url : str, optional
    model : str, optional
        By default the first that the endpoint lists.
    timeout : float
        Seconds without a byte after which a request is given up.

    Returns
    -------
    list of Support
        The first with the state "no" where it does not answer at all.

    Raises
    ------
    PlanError
        The base URL or the key cannot be used.
    """
    return asyncio.run(_probed(find_credentials(base_url), model, TimeLimits.of(timeout)))


async def _probed(credentials: Credentials, model: str | None, limits: TimeLimits) -> list[Support]:
    known = known_endpoint(credentials.base_url)
    endpoint = Endpoint(credentials, concurrency=1, limits=limits)
    try:
        exchange = await endpoint.models()
        listed = _models(exchange)
        chosen = model or (listed[0] if listed else None)
        if chosen is None and exchange.http_status is None:
            fault = exchange.error or exchange.status
            return [_about(known, credentials), Support("answers", "no", fault)]
        if chosen is None:
            raise PlanError(
                f"{credentials.base_url} lists no models; name one, for example --model gpt-4o"
            )
        asker = Asker(
            endpoint, Pace(1), Budget({}), asyncio.Event(), patience=_BRIEF, known=known.adapted
        )
        attempts: dict[Elicitation, list[AttemptRecord]] = {}
        for way in _WAYS:
            attempts[way] = await _asked(asker, chosen, credentials.base_url, way)
            if way == "choice" and attempts[way][-1].status != "ok":
                break  # the other ways would fail for the same reason
    finally:
        await endpoint.close()
    return _report(known, credentials, chosen, listed, attempts)


def _models(exchange: Exchange) -> list[str]:
    """The models an endpoint lists; none where it keeps no list."""
    try:
        data = json.loads(exchange.body)
    except (ValueError, RecursionError):
        return []
    rows = data.get("data") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        return []
    named = [row.get("id") for row in rows if isinstance(row, dict)]
    return [name for name in named if isinstance(name, str)]


async def _asked(asker: Asker, model: str, base_url: str, way: Elicitation) -> list[AttemptRecord]:
    """Every attempt at the one question, asked in one way."""
    attempts: list[AttemptRecord] = []

    async def keep(record: AttemptRecord) -> None:
        attempts.append(record)

    question = load_instrument(str(files("valuealign.supply") / "question.yaml"))
    plan = Plan(question, (Respondent(model, base_url, _WHO),), elicitation=way)
    with contextlib.suppress(AdministrationError):  # its last attempt says why
        await asker.ask(
            next(plan.administrations()).cell(0), CellKey(0, 0), keep, attempts_before=0
        )
    return attempts


def _report(
    known: KnownEndpoint,
    credentials: Credentials,
    model: str,
    listed: Sequence[str],
    attempts: dict[Elicitation, list[AttemptRecord]],
) -> list[Support]:
    choice = attempts["choice"][-1]
    rows = [
        _about(known, credentials),
        Support("models", "note", f"{len(listed)} listed; {model!r} was asked"),
    ]
    if choice.status != "ok":
        rows.append(Support("answers", "no", choice.error or choice.status))
        return rows
    rows += [
        Support("answers", "yes", f"{_words(choice)} ({choice.latency_ms:.0f} ms)"),
        Support("returns its model's name", *_named(choice.model_returned)),
        Support("returns a fingerprint", *_named(choice.system_fingerprint)),
        *_taken(attempts["choice"]),
        _json(attempts["json"][-1]),
        _logprobs(attempts["logprobs"][-1]),
    ]
    if known.extra:
        shown = ", ".join(f"--extra '{field}'" for field in known.extra)
        rows.append(Support("fields of its own", "note", shown))
    return rows


def _about(known: KnownEndpoint, credentials: Credentials) -> Support:
    about = f"{credentials.base_url}: {known.name}"
    return Support("endpoint", "note", f"{about}, see {known.docs}" if known.docs else about)


def _words(record: AttemptRecord) -> str:
    text = " ".join((record.text or "").split())[:60]
    outcome = record.items[0].outcome if record.items else "nothing"
    return f"{text!r}, read as {outcome}"


def _named(value: str | None) -> tuple[str, str]:
    return ("yes", value) if value else ("no", "the reply does not carry it")


def _taken(attempts: Sequence[AttemptRecord]) -> list[Support]:
    """Which of the settings that are always sent were taken."""
    last = attempts[-1]
    sent: dict[str, Any] = json.loads(last.settings)
    limit = next((n for n in ("max_tokens", "max_completion_tokens") if n in sent), None)
    folded = bool(last.extra.get("system_folded"))
    refused = ", ".join(last.extra.get("dropped", ())) or "none"
    return [
        Support("takes a seed", "no" if last.seed is None else "yes", f"refused: {refused}"),
        Support("takes an output limit", "yes" if limit else "no", limit or f"refused: {refused}"),
        Support(
            "takes a system role",
            "no" if folded else "yes",
            "its text is put in front of the question" if folded else "as it is",
        ),
    ]


def _json(record: AttemptRecord) -> Support:
    if record.status != "ok":
        return Support("takes a JSON schema", "no", record.error or record.status)
    if record.extra.get("json_fallback"):
        return Support("takes a JSON schema", "no", "JSON is asked for in words")
    return Support("takes a JSON schema", "yes", _words(record))


def _logprobs(record: AttemptRecord) -> Support:
    what = "gives log-probabilities"
    if record.status != "ok":
        return Support(what, "no", record.error or record.status)
    places = parse(Exchange("ok", record.http_status, body=record.body)).logprobs
    if not places:
        return Support(what, "no", "the reply holds none")
    n = max(len(place.logprobs) for place in places)
    mass = record.items[0].option_mass if record.items else None
    share = "" if mass is None else f"; {mass:.2f} of the probability is on the options"
    return Support(what, "yes", f"{n} alternatives of a token{share}")
