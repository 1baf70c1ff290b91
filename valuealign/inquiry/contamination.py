"""Contamination: does a model know the instrument's order, words, name and key?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.analysis.result_display import Shown
from valuealign.analysis.validity.order_familiarity import OrderLikelihood
from valuealign.arguments import checked
from valuealign.errors import CircuitOpen, DataError, PlanError
from valuealign.inquiry.probe_results import (
    COLUMNS,
    COMPLETION,
    KEY,
    NAMING,
    ORDER,
    Judged,
    Replies,
    completion_results,
    key_results,
    naming_results,
    no_number,
    order_results,
)
from valuealign.inquiry.probes import (
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

    from valuealign.instrument.strict_model import StemForm

Judge = Callable[[Replies], Judged]
Make = Callable[[], Instrument]
Ask = Callable[..., list[dict[str, Any]]]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Contamination(Shown):
    """A model's prior knowledge of an instrument.

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
    """Test whether models know an instrument: order, words, name, key.

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
        Of the random draws; the same seed gives the same result.
    store : str or Path, optional
        Every request and reply is kept there, as of any administration; what was asked is not
        asked again.
    base_url : str, optional
        An OpenAI-compatible endpoint.
    **how
        Further arguments of :func:`administer`: ``concurrency``, ``budget``, ``rpm``, ``display``.

    Returns
    -------
    Contamination
        ``.table`` with one row a model and probe, and ``.items``.

    Raises
    ------
    DataError
        Fewer than nine shuffles.
    InstrumentError, PlanError, AdministrationError, StoreError
        As of :func:`administer`.

    Notes
    -----
    The likelihood of the published order against shuffles needs no other instrument as a control
    (Oren et al. 2023), but an endpoint that scores a prompt (``/completions`` with ``echo``);
    otherwise the number is not available, with the reason. Our own sentences are a comparison for
    the other probes, not their control: a plausible continuation shares words with the right one.
    The key is asked for by item number alone, because a sentence may reveal what it measures.
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
    how = {"store": store, "seed": seed, "base_url": base_url, **how}
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    orders: dict[str, OrderLikelihood] = {}
    for who in [model] if isinstance(model, str) else list(model):
        ask = partial(_asked, model=who, language=texts.language, **how)
        judged = [
            _judged(*conversation, ask) for conversation in _conversations(loaded, texts, names)
        ]
        order, likelihood = _ordered(loaded, texts, (shuffles, seed), ask)
        rows += [{"model": who} | row for conversation, _ in judged for row in conversation] + [
            {"model": who} | order
        ]
        items += [{"model": who} | item for _, conversation in judged for item in conversation]
        if likelihood is not None:
            orders[who] = likelihood
    return Contamination(
        table=pd.DataFrame(rows).reindex(columns=["model", *COLUMNS]),
        items=pd.DataFrame(items),
        order=orders,
        compared_with=texts.compared_with,
        flags=_flags(loaded, texts.own),
    )


@dataclass(frozen=True)
class _Texts:
    """The sentences that may be known, and ours."""

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
    inputs = (instrument, texts.stems, texts.own)
    return [
        (
            COMPLETION,
            partial(completion_probe, *inputs, language=texts.language),
            completion_results,
        ),
        (
            NAMING,
            partial(naming_probe, *inputs, language=texts.language),
            partial(naming_results, names_of(instrument, names)),
        ),
        (KEY, partial(key_probe, instrument, language=texts.language), key_results),
    ]


def _judged(name: str, make: Make, judge: Judge, ask: Ask) -> Judged:
    try:
        rows, items = judge(ask(make(), elicitation="choice" if name == KEY else "text"))
    except DataError as error:
        return [no_number(name, str(error))], []
    return rows, [{"probe": name} | item for item in items]


def _ordered(
    instrument: Instrument, texts: _Texts, draws: tuple[int, int], ask: Ask
) -> tuple[dict[str, Any], OrderLikelihood | None]:
    shuffles, seed = draws
    try:
        probe = order_probe(
            instrument, texts.stems, language=texts.language, shuffles=shuffles, seed=seed
        )
        responses = ask(probe, elicitation="logprobs")
    except CircuitOpen as error:
        return no_number(
            ORDER, f"the endpoint scores no prompt (/completions with echo): {error}"
        ), None
    except (DataError, PlanError) as error:
        return no_number(ORDER, str(error)), None
    return order_results(responses)


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


def _asked(probe: Instrument, *, model: str, language: str, **how: Any) -> list[dict[str, Any]]:
    """Give a probe and return, item by item, what is known of it and what was said."""
    from valuealign.administration.plan.form import Form

    responses = administer(probe, model, forms=Form(language=language), **how)
    known = {item.id: dict(item.attributes) | {"answer": item.answer} for item in probe.items}
    long = responses.long
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


def _flags(instrument: Instrument, own: Mapping[str, str]) -> frozenset[str]:
    flags = set()
    if instrument.wording_notice.kind in ("open form", "own"):
        flags.add(
            f"the stems of {instrument.id} are our own ({instrument.wording_notice.notice}): no "
            "model can have learnt them from the published instrument; order and completion say "
            "something of the official wording only (load_instrument(..., wording='official'))"
        )
    if not own:
        flags.add("no comparison sentences: recall cannot be distinguished from plausible guesses")
    return frozenset(flags)
