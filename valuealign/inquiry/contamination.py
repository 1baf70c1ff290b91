"""Does a model know the instrument? Its order, its words, its name and its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.result_display import Shown
from valuealign.analysis.validity.order_familiarity import OrderLikelihood, order_likelihood
from valuealign.analysis.validity.recall import key_recall, mean_interval, overlap
from valuealign.arguments import checked
from valuealign.errors import CircuitOpen, DataError, PlanError
from valuealign.inquiry.probes import (
    OWN,
    PUBLISHED,
    comparison_stems,
    completion_probe,
    key_probe,
    names_of,
    naming_probe,
    order_probe,
)
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.supply.administer import administer

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.administration.plan import Elicitation
    from valuealign.instrument.strict import StemForm

ORDER, COMPLETION, VERBATIM, NAMING, KEY = (
    "order of the items",
    "completion of stems",
    "verbatim stems",
    "naming",
    "key",
)
UNITS = {
    ORDER: "nats a run of items, published over shuffled",
    COMPLETION: "share of the missing words",
    VERBATIM: "share of stems",
    NAMING: "share of groups of statements",
    KEY: "share of items",
}
"""Probe -> the unit of its number."""
Given = Sequence[Mapping[str, Any]]
Judged = tuple[list[dict[str, Any]], list[dict[str, Any]]]
"""Rows of the table, and rows of the items."""
Judge = Callable[[Given], Judged]
Make = Callable[[], Instrument]
Ask = Callable[..., list[dict[str, Any]]]
VERBATIM_AT = 0.95
"""Overlap from which a stem counts as verbatim."""


@dataclass(frozen=True, eq=False, repr=False)
class Contamination(Shown):
    """What a model knows of an instrument beforehand.

    Attributes
    ----------
    table : DataFrame
        By model and probe: ``value`` with ``ci_lower ci_upper`` (over items), ``comparison`` (the
        same of sentences of our own, or of shuffled orders, or by chance), ``difference``,
        ``pvalue`` (one-sided), ``n``, ``unit``, ``reason`` (why there is no number).
    items : DataFrame
        By model and item: ``probe whose source number said``; the reply is model text.
    order : dict of str to OrderLikelihood
        By model, where the endpoint scores a prompt.
    compared_with : str
        What the comparison sentences are, or why there are none.
    flags : frozenset of str

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> found = va.contamination("pvq-21", "sim:by-heart", store=f"{tempfile.mkdtemp()}/s.db")
    >>> found.table.set_index("probe").loc["key", "value"].item()
    1.0
    """

    table: pd.DataFrame
    items: pd.DataFrame
    order: dict[str, OrderLikelihood]
    compared_with: str
    flags: frozenset[str]


@checked
def contamination(
    instrument: Instrument | str | Path,
    model: str | Sequence[str],
    *,
    language: str | None = None,
    names: Sequence[str] = (),
    shuffles: int = 24,
    seed: int = 0,
    store: str | Path | None = None,
    base_url: str | None = None,
    **how: Any,
) -> Contamination:
    """Ask models what they know of an instrument: order, words, name, key.

    Parameters
    ----------
    instrument : Instrument, str or Path
        In the wording that may be known: ``load_instrument(..., wording="official")``.
    model : str or sequence of str
        As in :func:`administer`.
    language : str, optional
        By default the instrument's first.
    names : sequence of str
        What else the instrument is called.
    shuffles : int
        Of each run of items, for the order's likelihood.
    seed : int
    store : str or Path, optional
        Every request and reply is kept there, as of any administration; what was asked is not
        asked again.
    base_url : str, optional
    **how
        Further arguments of :func:`administer`: ``concurrency``, ``budget``, ``rpm``, ``display``.

    Returns
    -------
    Contamination

    Raises
    ------
    DataError
        Fewer than nine shuffles.
    InstrumentError, PlanError, AdministrationError, StoreError
        As of :func:`administer`.

    Notes
    -----
    The likelihood of the published order against shuffles needs no other instrument as a control
    (Oren et al. 2023), but an endpoint that scores a prompt (``/completions`` with ``echo``); where
    none does, the number is not available and says so. Sentences of our own are a comparison for
    the other probes, not their control: a plausible continuation shares words with the right one.
    The key is asked for by item number alone, since what a sentence means may be read off it.
    No probe shows that a model does not know an instrument.

    References
    ----------
    Oren, Y., Meister, N., Chatterji, N., Ladhak, F., & Hashimoto, T. (2023). Proving test set
    contamination in black box language models. arXiv 2310.17623.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> found = va.contamination("pvq-21", "sim:newcomer", store=f"{tempfile.mkdtemp()}/s.db")
    >>> found.table.set_index("probe").loc["completion of stems", "value"] < 0.2
    np.True_
    """
    import pandas as pd

    if shuffles < 9:
        raise DataError(f"{shuffles} shuffles; expected at least 9 for a p value of .1")
    loaded = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    texts = _texts(loaded, language or loaded.languages[0])

    def ask(probe: Instrument, who: str, elicitation: Elicitation) -> list[dict[str, Any]]:
        return _asked(
            probe,
            who,
            texts.language,
            elicitation=elicitation,
            store=store,
            seed=seed,
            base_url=base_url,
            **how,
        )

    rows: list[dict[str, Any]] = []
    replies: list[dict[str, Any]] = []
    orders: dict[str, OrderLikelihood] = {}
    for who in [model] if isinstance(model, str) else list(model):
        for name, probe, judge in _conversations(loaded, texts, names):
            told, items = _judged(name, probe, judge, partial(ask, who=who))
            rows += [row | {"model": who} for row in told]
            replies += [{"model": who, "probe": name} | one for one in items]
        row, found = _ordered(loaded, texts, (shuffles, seed), partial(ask, who=who))
        rows.append(row | {"model": who})
        if found is not None:
            orders[who] = found
    columns = [
        "model",
        "probe",
        "value",
        "ci_lower",
        "ci_upper",
        "comparison",
        "difference",
        "pvalue",
        "n",
        "unit",
        "reason",
    ]
    return Contamination(
        pd.DataFrame(rows).reindex(columns=columns),
        pd.DataFrame(replies),
        orders,
        texts.compared_with,
        _flags(loaded, texts.own),
    )


@dataclass(frozen=True)
class _Texts:
    """The sentences that may be known, and ours beside them."""

    language: str
    stems: dict[str, str]
    own: dict[str, str]
    compared_with: str


def _texts(instrument: Instrument, language: str) -> _Texts:
    form = None if _speaks(instrument, language) else _any_form(instrument, language)
    stems = {k: v for k, v in instrument.wording(language, form).items() if v}
    return _Texts(language, stems, *comparison_stems(instrument, language, form))


def _conversations(
    instrument: Instrument, texts: _Texts, names: Sequence[str]
) -> list[tuple[str, Make, Judge]]:
    """What is asked in words: each probe, how it is made, and how its replies are judged."""
    given = (instrument, texts.stems, texts.own)
    return [
        (COMPLETION, partial(completion_probe, *given, language=texts.language), _completed),
        (
            NAMING,
            partial(naming_probe, *given, language=texts.language),
            partial(_named, names_of(instrument, names)),
        ),
        (KEY, partial(key_probe, instrument, language=texts.language), _recalled),
    ]


def _judged(name: str, make: Make, judge: Judge, ask: Ask) -> Judged:
    try:
        return judge(ask(make(), elicitation="choice" if name == KEY else "text"))
    except DataError as error:
        return [_none(name, str(error))], []


def _speaks(instrument: Instrument, language: str) -> bool:
    """Whether the stems stand in the form the instrument advises."""
    wanted = instrument.administration.stem
    return all(
        {wanted, "plain"} & set(item.stem.get(language, {})) or not item.stem
        for item in instrument.items
    )


def _any_form(instrument: Instrument, language: str) -> StemForm:
    """Return a form that all stems have: an installed wording may have only one."""
    have = [set(item.stem.get(language, {})) for item in instrument.items if item.stem]
    shared = sorted(set.intersection(*have)) if have else []
    if not shared:
        raise DataError(
            f"{instrument.id} has no words in {language!r}; install a wording with valuealign "
            "instruments wording, or name another language"
        )
    return shared[0]


def _asked(probe: Instrument, model: str, language: str, **how: Any) -> list[dict[str, Any]]:
    """Give a probe and return, item by item, what is known of it and what was said."""
    from valuealign.administration.form import Form

    given = administer(probe, model, forms=Form(language=language), **how)
    known = {item.id: dict(item.attributes) | {"answer": item.answer} for item in probe.items}
    long = given.long
    return [
        known[str(item_id)] | {"value": value, "outcome": outcome, "said": raw or ""}
        for item_id, value, outcome, raw in zip(
            long["item_id"].astype(str),
            long["value"],
            long["outcome"].astype(str),
            long["raw"],
            strict=True,
        )
    ]


def _completed(given: Given) -> Judged:
    items = [
        {
            "whose": one["whose"],
            "source": one["source"],
            "said": one["said"],
            "number": overlap(str(one["said"]), str(one["rest"]), head=str(one["head"])),
        }
        for one in given
    ]
    rows = _beside(COMPLETION, items, lambda number: number)
    return rows + _beside(VERBATIM, items, lambda n: float(n >= VERBATIM_AT)), items


def _named(names: Sequence[str], given: Given) -> Judged:
    wanted = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in names), re.IGNORECASE)
    items = [
        {
            "whose": one["whose"],
            "source": one["source"],
            "said": one["said"],
            "number": float(bool(wanted.search(str(one["said"])))),
        }
        for one in given
    ]
    return _beside(NAMING, items, lambda number: number), items


def _recalled(given: Given) -> Judged:
    answered = [None if np.isnan(one["value"]) else int(one["value"]) for one in given]
    key = [int(one["answer"]) for one in given]
    found = key_recall(answered, key)
    right = [float(a == k) for a, k in zip(answered, key, strict=True)]
    value, low, high = _share(right)
    row = {
        "probe": KEY,
        "value": value,
        "ci_lower": low,
        "ci_upper": high,
        "unit": UNITS[KEY],
        "comparison": found["chance"],
        "difference": value - found["chance"],
        "pvalue": found["pvalue"],
        "n": len(key),
        "reason": "",
    }
    if answered.count(None) == len(key):
        row = _none(KEY, f"none of {len(key)} replies is an answer ({given[0]['outcome']})")
    items = [
        {"whose": PUBLISHED, "source": one["source"], "said": one["said"], "number": hit}
        for one, hit in zip(given, right, strict=True)
    ]
    return [row], items


def _beside(
    probe: str, items: Sequence[Mapping[str, Any]], number: Callable[[float], float]
) -> list[dict[str, Any]]:
    """Compare published with own sentences, item by item where both are there."""
    from scipy.stats import ttest_1samp

    by = {
        whose: {i["source"]: number(float(i["number"])) for i in items if i["whose"] == whose}
        for whose in (PUBLISHED, OWN)
    }
    mine, other = list(by[PUBLISHED].values()), list(by[OWN].values())
    interval = mean_interval(mine) if probe == COMPLETION else _share(mine)
    row = _none(probe, "") | dict(zip(("value", "ci_lower", "ci_upper"), interval, strict=True))
    row["n"] = len(mine)
    if not other:
        return [row]
    row["comparison"] = float(np.mean(other))
    row["difference"] = float(np.mean(mine)) - row["comparison"]
    gaps = [by[PUBLISHED][k] - by[OWN][k] for k in by[PUBLISHED] if k in by[OWN]]
    if len(gaps) > 1 and np.ptp(gaps) > 0:
        row["pvalue"] = float(ttest_1samp(gaps, 0, alternative="greater").pvalue)
    elif gaps:
        row["pvalue"] = 0.5 ** len(gaps) if gaps[0] > 0 else 1.0
    return [row]


def _share(hits: Sequence[float]) -> tuple[float, float, float]:
    from scipy.stats import binomtest

    if not hits:
        return (float("nan"),) * 3
    found = binomtest(int(sum(hits)), len(hits)).proportion_ci(method="wilson")
    return float(np.mean(hits)), float(found.low), float(found.high)


def _ordered(
    instrument: Instrument, texts: _Texts, draws: tuple[int, int], ask: Ask
) -> tuple[dict[str, Any], OrderLikelihood | None]:
    shuffles, seed = draws
    try:
        probe = order_probe(
            instrument, texts.stems, language=texts.language, shuffles=shuffles, seed=seed
        )
        given = ask(probe, elicitation="logprobs")
    except CircuitOpen as error:
        return _none(
            ORDER, f"the endpoint scores no prompt (/completions with echo): {error}"
        ), None
    except (DataError, PlanError) as error:
        return _none(ORDER, str(error)), None
    silent = [one for one in given if not np.isfinite(one["value"])]
    if silent:
        return _none(
            ORDER,
            f"{len(silent)} of {len(given)} texts have no log-likelihood ({silent[0]['outcome']}): "
            "the endpoint does not echo the log-probabilities of a prompt; ask a server that does, "
            "such as vLLM, with --base-url",
        ), None
    own = {one["shard"]: one["value"] for one in given if one["shuffle"] == 0}
    shuffled = [
        [one["value"] for one in given if one["shard"] == shard and one["shuffle"]] for shard in own
    ]
    found = order_likelihood(list(own.values()), shuffled)
    gains = np.array(list(own.values())) - np.mean(shuffled, axis=1)
    mean, low, high = mean_interval(gains.tolist())
    row = _none(ORDER, "") | {
        "value": mean,
        "ci_lower": low,
        "ci_upper": high,
        "comparison": 0.0,
        "difference": mean,
        "pvalue": found.permutation_pvalue,
        "n": found.n_shards,
    }
    return row, found


def _none(probe: str, reason: str) -> dict[str, Any]:
    numbers = ("value", "ci_lower", "ci_upper", "comparison", "difference", "pvalue")
    return {
        "probe": probe,
        **dict.fromkeys(numbers, float("nan")),
        "n": 0,
        "unit": UNITS[probe],
        "reason": reason,
    }


def _flags(instrument: Instrument, own: Mapping[str, str]) -> frozenset[str]:
    flags = set()
    if instrument.wording_notice.kind in ("open form", "own"):
        flags.add(
            f"the stems of {instrument.id} are our own ({instrument.wording_notice.notice}): no "
            "model can have learnt them from the published instrument; order and completion say "
            "something of the official wording only (load_instrument(..., wording='official'))"
        )
    if not own:
        flags.add("no sentences of our own beside: what is plausible cannot be told from recall")
    return frozenset(flags)
