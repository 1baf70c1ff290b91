"""Estimates before a run: requests, tokens, cost, and example requests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuealign.administration.endpoint.request_adaptation import Adapted
from valuealign.administration.plan.elicitation import Elicitation
from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.personas import load_personas
from valuealign.administration.plan.plan import Administration, Plan
from valuealign.administration.render.elicit import Api, Request, request
from valuealign.administration.render.render import render
from valuealign.administration.run.cost import Price, about_tokens, picture_tokens
from valuealign.content import canonical
from valuealign.instrument.instrument import Instrument
from valuealign.respondent import DIRECT, Respondent
from valuealign.stimulus.stimulus import About


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimated requests, tokens, time and cost of a plan.

    Parameters
    ----------
    n_administrations, n_requests : int
    prompt_tokens : int
        About: four characters a token.
    completion_tokens : int
        At most: every reply as long as it may be.
    cost : float or None
        USD at most; ``None`` where a model's price is not known.
    examples : list of dict
        Three requests as they would be sent, pictures by reference; none to a
        rule.
    n_pictures, picture_tokens : int
        Pictures that are sent, and about how many of the prompt's tokens they are.
    picture_tokens_estimated : bool
        Whether a price file does not say how many tokens a picture takes.
    """

    n_administrations: int
    n_requests: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    examples: list[dict[str, Any]]
    n_pictures: int = 0
    picture_tokens: int = 0
    picture_tokens_estimated: bool = False

    @property
    def picture_note(self) -> str:
        """What the pictures cost in tokens, and how far that is known; "" where there are none."""
        if not self.n_pictures:
            return ""
        said = f"{self.n_pictures:,}, about {self.picture_tokens:,} of the prompt tokens"
        if self.picture_tokens_estimated:
            said += (
                " (85 and 170 a tile of 512 pixels; models count otherwise: write 'picture: TOKENS'"
                " beside the price)"
            )
        return said


def estimate(
    plan: Plan, prices: Mapping[str, Price], *, api: Api = "chat", n_examples: int = 3
) -> Estimate:
    """Estimate the requests, tokens, time and cost of a plan.

    The first occasion is rendered, every stimulus in every form for every respondent; further
    occasions take the same.

    Parameters
    ----------
    plan : Plan
    prices : mapping of str to Price
        By model name.
    api : {"chat", "responses"}
    n_examples : int

    Returns
    -------
    Estimate
    """
    prompt_tokens = completion_tokens = n_pictures = picture_total = 0
    estimated = False
    cost: float | None = 0.0
    for administration in _first_occasion(plan):
        if administration.respondent.base_url in DIRECT:
            continue
        requests = [
            _request(administration, position, api) for position in range(administration.n_cells)
        ]
        price = prices.get(administration.respondent.model)
        shown = plan.occasions * sum(about_tokens(canonical(r.messages)) for r in requests)
        seen = [picture for r in requests for picture in r.pictures.values()]
        n_pictures += plan.occasions * len(seen)
        of_pictures = plan.occasions * picture_tokens(seen, price)
        estimated = estimated or bool(seen and (price is None or price.picture is None))
        shown += of_pictures
        said = plan.occasions * sum(r.max_tokens for r in requests)
        prompt_tokens, completion_tokens = prompt_tokens + shown, completion_tokens + said
        picture_total += of_pictures
        cost = None if price is None or cost is None else cost + price.of(shown, said)
    return Estimate(
        plan.n_administrations,
        plan.n_cells,
        prompt_tokens,
        completion_tokens,
        cost,
        _examples(plan, api, n_examples),
        n_pictures,
        picture_total,
        estimated,
    )


def previews(
    instrument: Instrument,
    forms: Sequence[str] | None,
    *,
    personas: Path | None = None,
    elicitation: Elicitation = "choice",
    item: str | None = None,
    limit: int = 2,
    about: About | None = None,
) -> list[tuple[str, dict[str, Any]]]:
    """Return the requests that a model would receive.

    Parameters
    ----------
    instrument : Instrument
    forms : sequence of str or None
    personas : Path, optional
        A file; its first persona is shown.
    elicitation : {"choice", "text", "json", "logprobs"}
    item : str, optional
        Only the request that shows this item.
    limit : int
        Requests of each form; 0 is all.
    about : About, optional
        What the instrument is asked about; the first stimulus is shown.

    Returns
    -------
    list of (str, dict)
        The form's name and the request's body.

    Raises
    ------
    InstrumentError, PersonaError, PlanError
        What cannot be shown.
    """
    person = load_personas(personas)[0] if personas else None
    who = Respondent("MODEL", "http://endpoint/v1", person)
    plan = Plan(instrument, (who,), parse_forms(forms), elicitation=elicitation, about=about)
    if item is not None:
        instrument.item(item)
    requests = []
    for administration in itertools.islice(plan.administrations(), len(plan.forms)):
        places = [
            p
            for p in range(administration.n_cells)
            if item in (None, *administration.cell(p).item_ids)
        ]
        for position in places[: limit or None]:
            requests.append(
                (administration.form_name, _request(administration, position, "chat").body)
            )
    return requests


def _first_occasion(plan: Plan) -> Iterator[Administration]:
    return itertools.islice(plan.administrations(), plan.n_administrations // plan.occasions)


def _request(administration: Administration, position: int, api: Api) -> Request:
    cell = administration.cell(position)
    growing = administration.form.context == "growing"
    history = [(item_id, "4") for item_id in administration.item_ids[:position]] if growing else []
    return request(cell, render(cell, history), api=api, adapted=Adapted())


def _examples(plan: Plan, api: Api, n: int) -> list[dict[str, Any]]:
    """The first requests of different administrations, then further ones of the first."""
    sent = (each for each in _first_occasion(plan) if each.respondent.base_url not in DIRECT)
    first = list(itertools.islice(sent, n))
    places = [(administration, 0) for administration in first]
    for administration in first[:1]:
        places += [(administration, at) for at in range(1, min(n, administration.n_cells))]
    return [_request(administration, position, api).body for administration, position in places[:n]]
