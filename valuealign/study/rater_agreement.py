"""How far raters agree about stimuli: models, people, and all of them, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from valuealign.analysis.agreement.agreement import Agreement, agreement
from valuealign.errors import AnalysisError, DataError
from valuealign.instrument.instrument import Instrument
from valuealign.supply.people.person import is_group

if TYPE_CHECKING:
    import pandas as pd

Among = Literal["all", "people", "models"]
AMONG: tuple[Among, ...] = get_args(Among)
_NUMBERS = ("value", "se", "ci_lower", "ci_upper")


def ratings_by_rater(long: pd.DataFrame) -> pd.DataFrame:
    """The ratings of each stimulus by each rater, means over forms and occasions.

    Parameters
    ----------
    long : DataFrame
        One row a response, with the columns of its stimulus.

    Returns
    -------
    DataFrame
        ``item unit rater group value n``: the unit is the stimulus in its variant; a rater is a
        respondent, or one of its personas; ``group`` is "people" or "models".
    """
    import pandas as pd

    kept = long[long["value"].notna()]
    person = kept["persona"].astype(object)
    model = kept["model"].astype(str)
    rows = pd.DataFrame(
        {
            "item": kept["item_id"].astype(str),
            "unit": kept["stimulus"].astype(str) + " " + kept["stimulus_variant"].astype(str),
            "rater": model.where(person.isna(), model + " " + person.astype(str)),
            "group": model.map(lambda name: "people" if is_group(name) else "models"),
            "value": kept["value"].astype(float),
        }
    )
    grouped = rows.groupby(["item", "unit", "rater", "group"], sort=False)["value"]
    return (
        grouped.agg(["mean", "count"]).reset_index().rename(columns={"mean": "value", "count": "n"})
    )


def agreed(ratings: pd.DataFrame, item: str, among: Among) -> Agreement:
    """The agreement of some raters about one item.

    Parameters
    ----------
    ratings : DataFrame
        From :func:`ratings_by_rater`.
    item : str
    among : {"all", "people", "models"}

    Returns
    -------
    Agreement
        Of ordered categories where each rater rated a stimulus once, else of measurements.

    Raises
    ------
    AnalysisError
        Fewer than two raters, or nothing to compare.
    """
    mine = ratings[ratings["item"] == item]
    if among != "all":
        mine = mine[mine["group"] == among]
    n_raters = mine["rater"].nunique()
    if n_raters < 2:
        whom = "raters" if among == "all" else among
        raise DataError(f"{n_raters} of the {whom} rated it; agreement needs two raters")
    kind: Any = "ordinal" if (mine["n"] == 1).all() else "interval"
    return agreement(mine, kind=kind, unit="unit", rater="rater")


def agreement_table(ratings: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Krippendorff's alpha of every item, for all raters and for people and models apart.

    Parameters
    ----------
    ratings : DataFrame
        From :func:`ratings_by_rater`.
    instrument : Instrument

    Returns
    -------
    DataFrame
        ``item among n_units n_raters kind value se ci_lower ci_upper reason``; a group with fewer
        than two raters has no row, unless it is "all".
    """
    import pandas as pd

    rows = []
    for item_id in instrument.item_ids:
        for among in AMONG:
            group = ratings if among == "all" else ratings[ratings["group"] == among]
            enough = group["rater"].nunique() > 1
            # Where all raters are of one group, its row says the same as that of all.
            if among != "all" and (not enough or len(group) == len(ratings)):
                continue
            rows.append({"item": item_id, "among": among, **_row(ratings, item_id, among)})
    columns = ["item", "among", "n_units", "n_raters", "kind", *_NUMBERS, "reason"]
    return pd.DataFrame(rows, columns=columns)


def _row(ratings: pd.DataFrame, item_id: str, among: Among) -> dict[str, Any]:
    try:
        found = agreed(ratings, item_id, among)
    except AnalysisError as error:
        return {**dict.fromkeys(_NUMBERS, float("nan")), "reason": str(error)}
    numbers = found.table[found.table["coefficient"] == "krippendorff"].iloc[0]
    return {
        "n_units": found.n_units,
        "n_raters": found.n_raters,
        "kind": found.kind,
        **{name: float(numbers[name]) for name in _NUMBERS},
        "reason": "; ".join(sorted(found.flags)),
    }
