"""Simulated respondents: their persons, their answers, and the wording of their replies."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import human_data_of
from valuealign.instrument.response_scale import Keyed, Open
from valuealign.simulation.completion import as_output, completion, error_body
from valuealign.simulation.memory import SCORES, scored
from valuealign.simulation.page_reading import Page, Reader, Statement
from valuealign.simulation.simulated_answers import answered_by_people, people_shares
from valuealign.simulation.simulated_choices import chooses, chosen, profile, profile_source
from valuealign.simulation.simulated_feelings import BIAS, FEELER, feeling_reply, level_shares
from valuealign.simulation.simulated_judges import JUDGES, check_judged, judged, judged_text
from valuealign.simulation.simulated_names import NAMES
from valuealign.simulation.simulated_people import (
    Truth,
    bounds,
    ends_only,
    factor_truth,
    group_shift,
    human_truth,
    simulated_people,
)
from valuealign.simulation.simulated_sight import Sight, check_faces, seen_shares
from valuealign.simulation.simulated_summaries import SUMMARISERS, check_summarised, summary
from valuealign.simulation.simulated_vignettes import PLANTED, check_vignettes, planted
from valuealign.stimulus.stimulus_set import StimulusSet
from valuealign.suggestion import did_you_mean

REFUSAL_RATE = 0.3
_REFUSAL = "I'm sorry, but as an AI I don't have personal experiences, so I can't answer that."
_ANCHOR = 2.0
_Draw = np.random.Generator


def simulated(
    name: str,
    instrument: Instrument | Sequence[Instrument],
    *,
    seed: int = 0,
    stimuli: StimulusSet | None = None,
) -> Simulated:
    """Return a simulated respondent.

    Parameters
    ----------
    name : str
        One of :data:`NAMES`.
    instrument : Instrument or sequence of Instrument
        What it can be asked.
    seed : int
        Another seed is another population of persons.
    stimuli : StimulusSet, optional
        What it can be asked about.

    Raises
    ------
    PlanError
        No such respondent, "human" where no human sample is shipped, or one that rates stimuli
        where there are none.

    Examples
    --------
    >>> import valuealign as va
    >>> who = simulated("yes", va.load_instrument("pvq-21"))
    >>> who.reply({"messages": []})["choices"][0]["message"]["content"]
    'I do not see a statement here.'
    """
    if name not in NAMES:
        raise PlanError(f"there is no simulated respondent {name!r}; {did_you_mean(name, NAMES)}")
    instruments = (instrument,) if isinstance(instrument, Instrument) else tuple(instrument)
    if name in ("human", "demographic"):
        for each in instruments:
            if not chooses(each) and not answered_by_people(each):
                simulated_people(each)  # an error now, not at the first request
    if name == "faces":
        check_faces(instruments)
    if name in PLANTED:
        check_vignettes(name, instruments, stimuli)
    if name in JUDGES:
        check_judged(name, instruments, stimuli)
    if name in SUMMARISERS:
        check_summarised(name, instruments, stimuli)
    return Simulated(name, instruments, seed, stimuli)


@dataclass
class Simulated:
    """A respondent that answers requests in the shape of chat completions.

    Parameters
    ----------
    name : str
    instruments : tuple of Instrument
    seed : int
    stimuli : StimulusSet, optional
    """

    name: str
    instruments: tuple[Instrument, ...]
    seed: int = 0
    stimuli: StimulusSet | None = None
    _truths: dict[str, Truth] = field(default_factory=dict)
    _people: dict[tuple[str, str], Any] = field(default_factory=dict)
    _sights: dict[str, Sight] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reader = Reader(self.instruments, self.stimuli)

    def truth(self, instrument: Instrument) -> Truth:
        """The population of its persons."""
        if instrument.id not in self._truths:
            # These promise people; the others have one bias on whatever is known.
            stated = self.name == "factor" or (
                human_data_of(instrument).simulated is None
                and (self.name not in ("human", "demographic") or answered_by_people(instrument))
            )
            self._truths[instrument.id] = (
                factor_truth(instrument)
                if stated
                else human_truth(simulated_people(instrument).population)
            )
        return self._truths[instrument.id]

    def answer(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        """Answer any request with an HTTP status and a body.

        Parameters
        ----------
        path : str
            "/chat/completions", "/responses", or "/completions" where the respondent scores texts.
        body : object
            The request's JSON.
        """
        if not isinstance(body, Mapping):
            return 400, error_body("the body is not a JSON object")
        if path.rstrip("/").endswith("/responses"):
            return 200, as_output(self.reply(body))
        if path.rstrip("/") in ("/completions", "/v1/completions") and self.name in SCORES:
            return 200, scored(self.name, self.instruments, body)
        if not path.rstrip("/").endswith("/chat/completions"):
            return 404, error_body(f"there is no {path}")
        return 200, self.reply(body)

    def reply(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A chat completion; the same request gives the same one."""
        page = self._reader.read(body)
        seed = body.get("seed")
        draws = [
            (
                s,
                self._shares(page, s, body),
                _draw(self.seed, seed, s.item.id, page.person, self.name),
            )
            for s in page.statements
        ]
        texts = [self._text(page, *each) for each in draws]
        content = _put_together(page, texts)
        top = self._logprobs(body, draws)
        return completion(body, content, top)

    def _text(self, page: Page, statement: Statement, shares: list[float], draw: _Draw) -> str:
        if self.name == "refuser" and draw.random() < REFUSAL_RATE:
            return _REFUSAL
        if isinstance(statement.instrument.response_scale, Open):
            return self._written(page, statement, draw)
        if self.name in JUDGES and page.stimulus is not None and self.stimuli is not None:
            return judged_text(judged(self.name, page.stimulus, self.stimuli, draw), statement)
        if not statement.options:
            return f"{self._latent_number(page, statement, draw):.0f}"
        token = statement.options[_pick(shares, draw)][0]
        return f"I would say **{token}**." if self.name == "verbose" else token

    def _written(self, page: Page, statement: Statement, draw: _Draw) -> str:
        """Return the words of an open answer."""
        if self.name == "by-heart" and "knows" in statement.item.attributes:
            return str(statement.item.attributes["knows"])
        if self.name in SUMMARISERS and page.stimulus is not None and self.stimuli is not None:
            return summary(self.name, statement.item.id, page.stimulus, self.stimuli, draw)
        if self.name == FEELER:
            return feeling_reply(statement.item, draw)
        return "I would feel surprised and glad, and a little uneasy."

    def _latent_number(self, page: Page, statement: Statement, draw: _Draw) -> float:
        low, high = bounds(statement.instrument)
        if self.name in PLANTED:
            where, sd = self._planted(page, statement)
        else:
            where, sd = (low + high) / 2, (high - low) / 4
        return float(np.clip(draw.normal(where, sd), low, high))

    def _planted(self, page: Page, statement: Statement) -> tuple[float, float]:
        """Where a rating of a stimulus lies, and its standard deviation."""
        assert self.stimuli is not None  # noqa: S101  # who rates stimuli has some
        return planted(
            self.name,
            page.stimulus,
            self.stimuli,
            ends=bounds(statement.instrument),
            keyed=statement.item.keyed * (-1 if statement.opposed else 1),
            deviate=lambda *what: float(_draw(self.seed, *what).standard_normal()),
        )

    def _shares(self, page: Page, statement: Statement, body: Mapping[str, Any]) -> list[float]:
        """Probability of each option, in the order shown."""
        n = len(statement.options)
        style: Callable[[], list[float]] | None = {
            "random": lambda: [1.0 / n] * n,
            "token": lambda: _at(min(3, n - 1), n),
            "yes": lambda: _yes(statement),
            "midpoint": lambda: _middle(statement),
            **{name: lambda: self._by_level(body, statement) for name in BIAS},
        }.get(self.name)
        if n == 0:
            return []
        if style is not None:
            return style()
        if self.name == "faces":
            return self._by_sight(page, statement)
        if chooses(statement.instrument):
            return self._choose(page.person, statement)
        if isinstance(statement.instrument.response_scale, Keyed):
            return _knowing(statement, self._ability(page.person))
        return self._by_trait(page, statement)

    def _choose(self, person: str, statement: Statement) -> list[float]:
        """Probability of each option, from the person's scores on the instrument of profiles."""
        source = profile_source(statement.instrument)
        return chosen(statement, profile(source, self._person(person, source)))

    def _by_sight(self, page: Page, statement: Statement) -> list[float]:
        """Probability of each option, from the picture on the page."""
        instrument = statement.instrument
        if instrument.id not in self._sights:
            self._sights[instrument.id] = Sight(instrument)
        sight = self._sights[instrument.id]
        word = sight.expression(page.pictures[-1]) if page.pictures else None
        labels = {float(o.code): o.label.get("en", "") for o in statement.item.options}
        return seen_shares([labels.get(code or 0.0, "") for _, code in statement.options], word)

    def _by_level(self, body: Mapping[str, Any], statement: Statement) -> list[float]:
        """Probability of each option, from the known level of the answer on the page."""
        codes = [code for _, code in statement.options]
        draw = _draw(self.seed, body.get("seed"), statement.item.id, "rating")
        return level_shares(self.name, body, statement.item.id, codes, draw)

    def _by_trait(self, page: Page, statement: Statement) -> list[float]:
        if self.name in PLANTED:
            return _rounded(
                *self._planted(page, statement), [code for _, code in statement.options]
            )
        if self.name == "human" and answered_by_people(statement.instrument):
            shares = people_shares(statement.instrument, statement.item.id, page.stimulus)
            if shares is not None and not statement.opposed:
                codes = [code for _, code in statement.options]
                return [0.0 if code is None else shares[code] for code in codes]
        latent, passing = self._person(page.person, statement.instrument)[statement.item.id]
        low, high = bounds(statement.instrument)
        if statement.opposed:
            latent = low + high - latent
        codes = [code for _, code in statement.options]
        if self.name == "extreme":
            return ends_only((latent - (low + high) / 2) / passing, (low, high), codes)
        return _rounded(latent, passing, codes)

    def _ability(self, person: str) -> float:
        if self.name in SCORES:
            return SCORES[self.name]
        return float(_draw(self.seed, "ability", person, self.name).normal(0.8, 0.7))

    def _person(self, person: str, instrument: Instrument) -> Mapping[str, tuple[float, float]]:
        """What a person is like on each item, and what passes: drawn once, and remembered."""
        key = (person, instrument.id)
        if key not in self._people:
            truth = self.truth(instrument)
            draw = _draw(self.seed, "person", person, instrument.id)
            latent = truth.mean + truth.root @ draw.standard_normal(len(truth.mean))
            if self.name == "demographic":
                latent = latent + group_shift(simulated_people(instrument), person)
            latent = latent + _anchored(person, instrument, np.sqrt(np.diag(truth.covariance)))
            pairs = zip(latent.tolist(), np.sqrt(truth.passing).tolist(), strict=True)
            ids = (item.id for item in instrument.items)
            if len(self._people) > 5000:
                self._people.clear()
            self._people[key] = dict(zip(ids, pairs, strict=True))
        people: Mapping[str, tuple[float, float]] = self._people[key]
        return people

    def _logprobs(
        self, body: Mapping[str, Any], draws: list[tuple[Statement, list[float], _Draw]]
    ) -> list[dict[str, Any]] | None:
        if not body.get("logprobs") or len(draws) != 1 or not draws[0][1]:
            return None
        statement, shares, _ = draws[0]
        listed = [
            {"token": token, "logprob": math.log(share), "bytes": list(token.encode())}
            for (token, _), share in zip(statement.options, shares, strict=True)
            if share > 1e-12
        ]
        listed.sort(key=lambda each: -float(str(each["logprob"])))
        wanted = body.get("top_logprobs")
        return listed[: wanted if isinstance(wanted, int) and wanted > 0 else 5]


def _rounded(latent: float, sd: float, codes: list[float | None]) -> list[float]:
    """Probability of each code when a normal deviate about a person's value is rounded."""
    known = sorted(code for code in codes if code is not None)
    shares: dict[float | None, float] = {None: 0.0}
    below = 0.0
    for code, following in zip(known, [*known[1:], math.inf], strict=True):
        edge = (code + following) / 2
        upto = 0.5 * (1.0 + math.erf((edge - latent) / (sd * math.sqrt(2.0))))
        shares[code] = upto - below
        below = upto
    return [shares[code] for code in codes]


def _anchored(person: str, instrument: Instrument, sd: Any) -> Any:
    """Raise a person's most important value by two standard deviations."""
    shift = np.zeros(len(instrument.items))
    said = person.casefold()
    if "matters most" not in said:
        return shift
    place = {item.id: k for k, item in enumerate(instrument.items)}
    for scale in instrument.scales:
        if any(title.casefold() in said for title in scale.title.values()):
            for item_id in scale.items:
                k = place[item_id]
                shift[k] = _ANCHOR * sd[k] * instrument.item(item_id).keyed
    return shift


def _knowing(statement: Statement, ability: float) -> list[float]:
    """Answer a keyed choice by guessing, or by knowledge that grows with ability."""
    n = len(statement.options)
    knows = 1.0 / (1.0 + math.exp(-ability))
    right = statement.item.answer
    return [(1 - knows) / n + (knows if code == right else 0.0) for _, code in statement.options]


def _yes(statement: Statement) -> list[float]:
    codes = [-math.inf if code is None else code for _, code in statement.options]
    return _at(codes.index(max(codes)), len(codes))


def _middle(statement: Statement) -> list[float]:
    coded = sorted((code, k) for k, (_, code) in enumerate(statement.options) if code is not None)
    return _at(coded[len(coded) // 2][1] if coded else 0, len(statement.options))


def _at(place: int, n: int) -> list[float]:
    return [1.0 if k == place else 0.0 for k in range(n)]


def _pick(shares: list[float], draw: _Draw) -> int:
    return int(draw.choice(len(shares), p=np.array(shares) / math.fsum(shares)))


def _draw(*what: object) -> _Draw:
    """Return a random generator that depends only on the given names."""
    text = "\n".join(repr(part) for part in what)
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def _put_together(page: Page, texts: list[str]) -> str:
    if not texts:
        return "I do not see a statement here."
    if page.wants_schema is not None and _REFUSAL not in texts:
        names = list(page.wants_schema.get("properties") or {})
        values = dict(zip(names, texts, strict=False))
        if "confidence" in names:
            said, _, sure = texts[0].partition(", ")
            values |= {names[0]: said, "confidence": sure.removesuffix(" %") or "70"}
        return json.dumps(values, ensure_ascii=False)
    if len(texts) == 1 and page.statements[0].number is None:
        return texts[0]
    pairs = zip(page.statements, texts, strict=True)
    return "\n".join(f"{statement.number}. {text}" for statement, text in pairs)
