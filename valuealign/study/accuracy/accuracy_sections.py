"""The tables of right answers, as they are printed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from valuealign.analysis.accuracy.right_shares import (
    RightShare,
    right_share,
    share_correlation,
    share_difference,
)
from valuealign.study.accuracy.right_answers import RightAnswers, item_shares, share_of
from valuealign.study.study_result import Section

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 4
"""Attributes of items with more levels than this are not split by."""
_LISTED = 5


def accuracy_section(answers: RightAnswers) -> Section:
    """Return how many answers were right, against guessing, one row a respondent and condition."""
    rows = [_accuracy_row(answers, *each) for each in answers.each()]
    n = answers.n_items
    notes = (
        f"right of {n}: each evaluation's number; an answer that is missing or unreadable is wrong",
        "p against guessing: exact; evaluations repeat the same items, and are not further trials",
        "the interval is over items: it holds for items like these",
        "same answer: how often two evaluations chose the same word for an item",
    )
    title = f"{answers.instrument.id}: right answers, and guessing ({answers.chance().sum():g})"
    return _section("accuracy", title, rows, notes)


def splits_section(answers: RightAnswers) -> Section:
    """Return whether groups of items differ, for pictures as they are."""
    rows: list[dict[str, Any]] = []
    notes = ["difference: first group minus second, with its interval over items"]
    for name, levels in _attributes(answers).items():
        known = [level for level, items in levels.items() if len(items) > 1]
        if not 2 <= len(known) <= MOST_LEVELS:
            notes.append(_no_split(answers, name, levels))
            continue
        for who in dict.fromkeys(answers.rows["who"]):
            rows += _split_rows(answers, who, name, {level: levels[level] for level in known})
    return _section(
        "splits", f"{answers.instrument.id}: right answers by kind of item", rows, tuple(notes)
    )


def controls_section(answers: RightAnswers) -> Section:
    """Return what inverted, scrambled, exchanged and absent pictures do to right answers."""
    rows = []
    for who, shown, mine in answers.each():
        if shown == "shown" or answers.of(who, "shown").empty:
            continue
        difference = control_difference(answers, who, shown)
        control = share_of(mine)
        rows.append(
            {
                "model": who,
                "control": shown,
                "right with pictures": f"{control.share + difference.share:.2f}",
                "right in control": _with_interval(control),
                "difference": _with_interval(difference, signed=True),
                "above guessing": _p(answers, mine),
            }
        )
    notes = (
        "difference: pictures as they are minus the control, the same items, over items",
        "right answers above guessing without the picture come from the words, or from memory",
    )
    return _section("controls", f"{answers.instrument.id}: controls", rows, notes)


def positions_section(answers: RightAnswers) -> Section:
    """Return which place of the options was chosen how often; each is the right one equally often.

    The order of the options is random, so that a respondent without a habit chooses each place
    equally often, however many answers are right.
    """
    rows = []
    for who, shown, mine in answers.each():
        placed = mine[mine["position"].notna()]
        for k in range(1, max((len(i.options) for i in answers.instrument.items), default=0) + 1):
            if placed.empty:
                continue
            chosen = position_share(placed, k)
            there = placed[placed["right_position"] == k]
            rows.append(
                {
                    "model": who,
                    "pictures": shown,
                    "place": k,
                    "chosen": _with_interval(chosen),
                    "right where the right word is there": f"{there['right'].mean():.2f}",
                    "answers": len(placed),
                }
            )
    chance = f"{answers.chance().mean():.2f}"
    notes = (
        f"without a habit each place is chosen {chance} of the time, because the order is random",
    )
    return _section("positions", f"{answers.instrument.id}: places of the options", rows, notes)


def control_difference(answers: RightAnswers, who: str, control: str) -> RightShare:
    """Right with pictures minus right in a control, over the same items."""
    first, second = (answers.of(who, shown) for shown in ("shown", control))
    a, b = item_shares(first), item_shares(second)
    correlation = share_correlation(a, b.reindex(a.index))
    return share_difference(share_of(first), share_of(second), correlation=correlation)


def split_difference(
    answers: RightAnswers, who: str, by: str, levels: tuple[str, str]
) -> RightShare:
    """Right at items of one level minus right at those of another; pictures as they are.

    Raises
    ------
    DataError
        A level without an item that was asked.
    """
    items = _attributes(answers).get(by, {})
    rows = answers.of(who, "shown")
    first, second = (share_of(rows[rows["item"].isin(items.get(x, ()))]) for x in levels)
    return share_difference(first, second)


def position_share(placed: pd.DataFrame, k: int) -> RightShare:
    """How often a place was chosen, with its interval over items."""
    chosen = (placed["position"] == k).groupby(placed["item"], sort=False)
    return right_share(chosen.sum().to_numpy(float), chosen.size().to_numpy(float))


def _accuracy_row(
    answers: RightAnswers, who: str, shown: str, mine: pd.DataFrame
) -> dict[str, Any]:
    counts = mine.groupby("evaluation", sort=False)["right"].sum().astype(int).tolist()
    listed = ", ".join(map(str, counts))
    if len(counts) > _LISTED:
        listed = f"{min(counts)} to {max(counts)} ({len(counts)} evaluations)"
    return {
        "model": who,
        "pictures": shown,
        f"right of {answers.n_items}": listed,
        "mean": f"{sum(counts) / len(counts):.1f}",
        "share": _with_interval(share_of(mine)),
        "p against guessing": _p(answers, mine),
        "same answer": _same(mine),
    }


def _p(answers: RightAnswers, rows: pd.DataFrame) -> str:
    from valuealign.study.finding_row import p_value

    return p_value(float(answers.against_chance(rows).claim["chance_p"].value)).removeprefix("p ")


def _same(rows: pd.DataFrame) -> str:
    """How often two evaluations of an item chose the same option."""
    pairs = same = 0
    for _, of_item in rows.groupby("item", sort=False):
        chosen = of_item["value"].dropna().tolist()
        matches = [a == b for a, b in itertools.combinations(chosen, 2)]
        pairs, same = pairs + len(matches), same + sum(matches)
    return f"{same / pairs:.2f}" if pairs else "-"


def _attributes(answers: RightAnswers) -> dict[str, dict[str, list[str]]]:
    """Attribute of items -> level -> the items that have it; unknown levels are left out."""
    found: dict[str, dict[str, list[str]]] = {}
    for item in answers.instrument.items:
        for name, value in item.attributes.items() if item.answer is not None else ():
            levels = found.setdefault(name, {})
            if value is not None:
                levels.setdefault(str(value), []).append(item.id)
    return found


def _no_split(answers: RightAnswers, name: str, levels: Mapping[str, Any]) -> str:
    if not levels:
        return (
            f"{name}: not available, because the file of {answers.instrument.id} does not say "
            "which items have which"
        )
    return f"{name} has {len(levels)} levels; splits are of 2 to {MOST_LEVELS} levels"


def _split_rows(
    answers: RightAnswers, who: str, name: str, levels: Mapping[str, list[str]]
) -> Iterator[dict[str, Any]]:
    mine = answers.of(who, "shown")
    if mine.empty:
        return
    for first, second in itertools.combinations(levels, 2):
        shares = [share_of(mine[mine["item"].isin(levels[level])]) for level in (first, second)]
        yield {
            "model": who,
            "split": f"{name}: {first} - {second}",
            "items": f"{len(levels[first])} + {len(levels[second])}",
            "first": f"{shares[0].share:.2f}",
            "second": f"{shares[1].share:.2f}",
            "difference": _with_interval(share_difference(*shares), signed=True),
        }


def _with_interval(found: RightShare, *, signed: bool = False) -> str:
    sign = "+" if signed else ""
    return f"{found.share:{sign}.2f} [{found.ci_lower:{sign}.2f}, {found.ci_upper:{sign}.2f}]"


RIGHT_ANSWERS: Mapping[str, Callable[[RightAnswers], Section]] = {
    "accuracy": accuracy_section,
    "splits": splits_section,
    "controls": controls_section,
    "positions": positions_section,
}
"""Analysis -> its table."""


def _section(analysis: str, title: str, rows: list[dict[str, Any]], notes: Any) -> Section:
    import pandas as pd

    return Section(analysis, title, pd.DataFrame(rows), tuple(notes))
