"""Probes of a model's knowledge of an instrument, administered as instruments.

A probe is planned, asked, recorded and resumed like every other instrument: its replies stand raw
in the store. The answer to each of its items (the missing words, the order, the key) is stored in
the item's attributes, which no respondent is shown.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from typing import Any

from valuealign.administration.plan.plan import derived_seed
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.instrument.scale import Scale
from valuealign.instrument.strict_model import StemForm

LEAST_WORDS = 6
"""Words of the shortest stem that is cut in two."""
GROUP = 5
"""Statements shown at once when the instrument is to be named."""
PUBLISHED, OWN = "published", "own"
"""Whose words a probe's item holds: the instrument's, or our own, for comparison."""


def comparison_stems(
    instrument: Instrument, language: str, form: StemForm | None
) -> tuple[dict[str, str], str]:
    """Return comparable sentences of our own, item by item.

    Parameters
    ----------
    instrument : Instrument
    language : str
    form : str or None

    Returns
    -------
    stems : dict of str to str
        Item to sentence; empty where there are none.
    told : str
        What they are, or why there are none.

    Examples
    --------
    >>> import valuealign as va
    >>> comparison_stems(va.load_instrument("pvq-21"), "en", None)[1]
    'the stems of opposed content, which are our own'
    """
    opposed = {item.id: item.opposed for item in instrument.items if item.opposed}
    if len(opposed) == len(instrument.items) and all(language in t for t in opposed.values()):
        stems = instrument.wording(language, form, content="opposed")
        return stems, "the stems of opposed content, which are our own"
    if instrument.wording_notice.kind == "official":
        open_form = load_instrument(instrument.id)
        same = open_form.item_ids == instrument.item_ids
        if same and language in open_form.languages and open_form.wording_notice.kind != "official":
            return open_form.wording(language), "the open form's stems, which are our own"
    return {}, f"{instrument.id} has no sentences of our own in {language!r} to compare with"


def completion_probe(
    instrument: Instrument, stems: Mapping[str, str], own: Mapping[str, str], *, language: str
) -> Instrument:
    """Ask for the second half of each stem, given the first.

    Parameters
    ----------
    instrument : Instrument
    stems, own : mapping of str to str
        The instrument's sentences, and ours.
    language : str

    Returns
    -------
    Instrument

    Raises
    ------
    DataError
        No stem has six words.
    """
    items = []
    for whose, texts in ((PUBLISHED, stems), (OWN, own)):
        for source, text in texts.items():
            words = text.split()
            if len(words) < LEAST_WORDS:
                continue
            half = len(words) // 2
            head, rest = " ".join(words[:half]), " ".join(words[half:])
            about = {"source": source, "whose": whose, "head": head, "rest": rest}
            known = {"knows": rest} if whose == PUBLISHED else {}
            items.append(_item(f"{whose}_{source}", f"{head} ...", language, about | known))
    if not items:
        raise DataError(f"no stem of {instrument.id} has {LEAST_WORDS} words")
    instruction = (
        "This is the beginning of a sentence from a published questionnaire. Write the rest of "
        "the sentence as it stands there, and nothing else."
    )
    return _probe(instrument, "completion", instruction, items, language=language)


def naming_probe(
    instrument: Instrument, stems: Mapping[str, str], own: Mapping[str, str], *, language: str
) -> Instrument:
    """Ask which questionnaire some of its statements come from.

    Parameters
    ----------
    instrument : Instrument
    stems, own : mapping of str to str
    language : str

    Returns
    -------
    Instrument
    """
    items = []
    for whose, texts in ((PUBLISHED, stems), (OWN, own)):
        said = list(texts.values())
        for k, start in enumerate(range(0, len(said), GROUP), start=1):
            shown = " ".join(f'"{text}"' for text in said[start : start + GROUP])
            known = {"knows": instrument.title_in(language)} if whose == PUBLISHED else {}
            items.append(
                _item(f"{whose}_{k}", shown, language, {"whose": whose, "source": k} | known)
            )
    instruction = (
        "These statements come from one published questionnaire. Which? Write its name and "
        "nothing else."
    )
    return _probe(instrument, "naming", instruction, items, language=language)


def key_probe(instrument: Instrument, *, language: str) -> Instrument:
    """Ask what each item measures, by its number alone.

    Parameters
    ----------
    instrument : Instrument
    language : str

    Returns
    -------
    Instrument
        A keyed choice: options are shown in a seeded order.

    Raises
    ------
    DataError
        Fewer than two scales, or scales without titles in the language.
    """
    homes = _homes(instrument)
    scales = [s for s in instrument.scales if s.id in set(homes.values())]
    titles = {s.id: s.title.get(language, s.id) for s in scales}
    if len(titles) < 2 or len(set(titles.values())) < len(titles):
        raise DataError(f"{instrument.id} has no two scales whose key could be recalled")
    codes = {scale_id: k for k, scale_id in enumerate(titles, start=1)}
    options = [{"code": codes[s], "label": {language: title}} for s, title in titles.items()]
    name, n = instrument.title_in(language), len(instrument.items)
    items = [
        _item(
            f"key_{item_id}",
            f"The {name} has {n} items. What does its item number {place} measure?",
            language,
            {"source": item_id, "scale": homes[item_id]},
        )
        | {"options": options, "answer": codes[homes[item_id]]}
        for place, item_id in enumerate(instrument.item_ids, start=1)
        if item_id in homes
    ]
    instruction = "Answer from what you know of the published questionnaire."
    return _probe(instrument, "key", instruction, items, language=language, scale={"kind": "keyed"})


def order_probe(
    instrument: Instrument, stems: Mapping[str, str], *, language: str, shuffles: int, seed: int
) -> Instrument:
    """Return texts to score: runs of items in their published order, and shuffled.

    Parameters
    ----------
    instrument : Instrument
    stems : mapping of str to str
        In the published order.
    language : str
    shuffles : int
        Of each run.
    seed : int

    Returns
    -------
    Instrument

    Raises
    ------
    DataError
        Fewer than four stems: there is no order to speak of.
    """
    said = [text for text in stems.values() if text]
    if len(said) < 4:
        raise DataError(f"{len(said)} stems have no order to speak of; expected at least 4")
    n_shards = max(1, len(said) // (GROUP + 1))
    edges = [round(k * len(said) / n_shards) for k in range(n_shards + 1)]
    items = []
    for shard in range(n_shards):
        run = said[edges[shard] : edges[shard + 1]]
        about: dict[str, Any] = {"shard": shard, "shuffle": 0, "knows": "order"}
        items.append(_item(f"shard_{shard}_published", "\n".join(run), language, about))
        for k in range(1, shuffles + 1):
            draw = random.Random(derived_seed(seed, "order", shard, k))  # noqa: S311  # an order
            text = "\n".join(_shuffled(run, draw))
            of = {"shard": shard, "shuffle": k}
            items.append(_item(f"shard_{shard}_shuffle_{k}", text, language, of))
    return _probe(instrument, "order", "Read.", items, language=language)


def names_of(instrument: Instrument, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Return an instrument's names: the head of its title, and its acronym.

    Examples
    --------
    >>> import valuealign as va
    >>> names_of(va.load_instrument("pvq-21"))
    ('Portrait Values Questionnaire', 'PVQ')
    """
    title = instrument.title_in("en")
    head = re.split(r"[,(]", title)[0].strip()
    capitals = [part.upper() for part in instrument.id.split("-") if part.isalpha()]
    return tuple(dict.fromkeys([head, *(c for c in capitals if len(c) > 2), *more]))


def _shuffled(run: list[str], draw: random.Random) -> list[str]:
    """Return another order; the published one is not a shuffle of itself."""
    while True:
        other = list(run)
        draw.shuffle(other)
        if other != run or len(set(run)) < 2:
            return other


def _homes(instrument: Instrument) -> dict[str, str]:
    """Return each item's smallest scale: a scale made up of others is none of its own."""
    homes: dict[str, Scale] = {}
    for scale in instrument.scales:
        for item_id in scale.items:
            if item_id not in homes or len(scale.items) < len(homes[item_id].items):
                homes[item_id] = scale
    return {item_id: scale.id for item_id, scale in homes.items()}


def _item(name: str, text: str, language: str, about: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": name, "stem": {language: {"plain": text}}, "attributes": dict(about)}


def _probe(
    instrument: Instrument,
    kind: str,
    instruction: str,
    items: list[dict[str, Any]],
    *,
    language: str,
    scale: Mapping[str, Any] | None = None,
) -> Instrument:
    title = f"What is known of {instrument.id}: {kind}"
    return Instrument.model_validate(
        {
            "id": f"{instrument.id}-probe-{kind}"[:64],
            "version": instrument.version,
            "title": {language: title},
            "construct": {language: "Acquaintance with the instrument"},
            "citations": [{"text": "Our own.", "doi": None, "reason": "made by valuealign"}],
            "rights": {name: r.model_dump(mode="json") for name, r in instrument.rights.items()},
            "wording": {"kind": "own", "notice": "a probe, not an instrument"},
            "languages": [language],
            "instructions": [{"id": "probe", "text": {language: {"plain": instruction}}}],
            "response_scale": dict(scale or {"kind": "open", "max_words": 60}),
            "items": items,
            "scoring": {
                "method": "accuracy" if scale else "mean",
                "missing": {"max_share": 1, "source": "probes are not scored"},
            },
            "administration": {"context": "item", "stem": "plain"},
        }
    )
