"""The answers to a keyed instrument as right and wrong, one row an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from valuealign.administration.plan.plan import derived_seed
from valuealign.analysis.accuracy.right_shares import RightShare, right_share
from valuealign.analysis.claims.keyed import AboveChance, above_chance
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.pictures.picture_rules import SHOWN
from valuealign.store.responses.respondent_names import RESPONDENT, with_respondents

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class RightAnswers:
    """The answers to the items of an instrument that have a right one.

    Attributes
    ----------
    rows : DataFrame
        ``who pictures evaluation item value right position right_position``: ``right`` is 1 or 0
        (an answer that is missing or cannot be read is not right), positions are counted from 1
        as the options were shown, ``position`` is missing where no option was chosen.
    instrument : Instrument
    """

    rows: pd.DataFrame
    instrument: Instrument

    @property
    def n_items(self) -> int:
        """Number of items with a key."""
        return sum(item.answer is not None for item in self.instrument.items)

    def each(self) -> Iterator[tuple[str, str, pd.DataFrame]]:
        """Yield each respondent and way of showing pictures, with its rows."""
        for who in dict.fromkeys(self.rows["who"]):
            mine = self.rows[self.rows["who"] == who]
            for shown in (s for s in SHOWN if (mine["pictures"] == s).any()):
                yield who, shown, mine[mine["pictures"] == shown]

    def of(self, who: str, shown: str) -> pd.DataFrame:
        """The rows of one respondent under one way of showing pictures; none is an empty frame."""
        return self.rows[(self.rows["who"] == who) & (self.rows["pictures"] == shown)]

    def chance(self) -> NDArray[np.float64]:
        """The probability of a right guess at each keyed item."""
        keyed = [item for item in self.instrument.items if item.answer is not None]
        return np.array([1 / len(item.options) for item in keyed])

    def against_chance(self, rows: pd.DataFrame) -> AboveChance:
        """Compare the right answers of some evaluations with guessing.

        Evaluations of the same items are not further trials: see
        :func:`valuealign.analysis.claims.keyed.above_chance`.
        """
        matrix = rows.pivot_table(index="evaluation", columns="item", values="right", sort=False)
        keyed = [item.id for item in self.instrument.items if item.answer is not None]
        return above_chance(
            matrix.reindex(columns=keyed).to_numpy(float), self.chance(), randomised=True
        )


def right_answers(long: pd.DataFrame, instrument: Instrument) -> RightAnswers:
    """Make right and wrong of the answers to a keyed instrument.

    Parameters
    ----------
    long : DataFrame
        One row a response, with the design columns.
    instrument : Instrument

    Raises
    ------
    DataError
        No item has a right answer, or nothing was asked.
    """
    import pandas as pd

    key = {item.id: item.answer for item in instrument.items if item.answer is not None}
    if not key:
        raise DataError(f"no item of {instrument.id} has a right answer")
    kept = long[long["item_id"].astype(str).isin(list(key))]
    if kept.empty:
        raise DataError("there is no answer")
    pictures = kept["pictures"].astype(str) if "pictures" in kept.columns else "shown"
    value = kept["value"].astype(float)
    right = kept["item_id"].astype(str).map(key).astype(float)
    shown = [_shown(instrument, row) for row in kept[list(_ORDER)].to_dict("records")]
    rows = pd.DataFrame(
        {
            "who": _without_pictures(kept),
            "pictures": pictures,
            "evaluation": kept["administration_id"].to_numpy(),
            "item": kept["item_id"].astype(str).to_numpy(),
            "value": value.to_numpy(),
            "right": (value == right).astype(float).to_numpy(),
            "position": [_place(v, codes) for v, codes in zip(value, shown, strict=True)],
            "right_position": [_place(v, codes) for v, codes in zip(right, shown, strict=True)],
        }
    )
    return RightAnswers(rows.reset_index(drop=True), instrument)


def share_of(rows: pd.DataFrame) -> RightShare:
    """The share of right answers in some rows, with its interval over items."""
    by_item = rows.groupby("item", sort=False)["right"]
    return right_share(by_item.sum().to_numpy(), by_item.size().to_numpy())


def item_shares(rows: pd.DataFrame) -> pd.Series[float]:
    """Each item's share of right answers."""
    return rows.groupby("item", sort=False)["right"].mean()


_ORDER = ("item_id", "seed", "direction", "labels", "language")


def _shown(instrument: Instrument, row: Mapping[Any, Any]) -> tuple[float | None, ...]:
    """The codes of an item's options in the order shown; empty where the order is not known."""
    if not row["seed"] > 0:  # replies that were gathered elsewhere, or missing
        return ()
    offered = instrument.presented(
        row["item_id"],
        direction=row["direction"],
        labels=row["labels"],
        language=row["language"],
        seed=derived_seed(int(row["seed"]), row["item_id"], "options"),
    )
    return tuple(option.code for option in offered.options)


def _place(code: float, shown: tuple[float | None, ...]) -> float:
    return float(shown.index(code) + 1) if code in shown else float("nan")


def _without_pictures(frame: pd.DataFrame) -> list[str]:
    """Name respondents by every condition but how their pictures were shown."""
    bare = frame.drop(columns=[RESPONDENT, "pictures"], errors="ignore")
    return with_respondents(bare)[RESPONDENT].astype(str).tolist()
