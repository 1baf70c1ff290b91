"""What changed between two sets of responses of the same models to one instrument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from valuealign.analysis.comparison.change import change
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.respondents import each_respondent, wide_of, without_opposed
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.scale_titles import scale_titles
from valuealign.scoring.scale_scores import score
from valuealign.store.responses.administered_instrument import Named, administered_instrument

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.store.responses.responses import Responses

_NUMBERS = (
    "before",
    "after",
    "difference",
    "forms_ci_lower",
    "forms_ci_upper",
    "occasions_ci_lower",
    "occasions_ci_upper",
    "n_forms",
)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Changes(Shown):
    """Differences between two times or versions of the same models.

    Attributes
    ----------
    scales : DataFrame
        ``respondent scale before after difference forms_ci_lower forms_ci_upper
        occasions_ci_lower occasions_ci_upper n_forms``: one row a respondent that both have, and
        scale. The first interval takes forms as random, the second holds for these forms only.
    items : DataFrame
        The same of single items, ``item`` in the place of ``scale``.
    centred : bool
        Whether scores are centred on each administration's mean over all items.
    unavailable : dict of str to str
        Respondents that cannot be compared, and why.
    names : dict of str to str
        Scales in words, by id.
    instrument : str

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> may, june = (va.administer("pvq-21", "sim:human", occasions=2, seed=k,
    ...                            store=f"{folder}/{k}.db") for k in range(2))
    >>> va.changes(may, june).unavailable
    {}
    """

    scales: pd.DataFrame
    items: pd.DataFrame
    centred: bool
    unavailable: dict[str, str]
    names: dict[str, str]
    instrument: str


@checked
def changes(before: Responses, after: Responses, *, instrument: Named = None) -> Changes:
    """Compare two sets of responses of the same models, form by form.

    Parameters
    ----------
    before, after : Responses
        Of the same models, at two times or under two versions that bear the same name.
    instrument : Instrument, str or Path, optional
        By default the one that was administered.

    Returns
    -------
    Changes
        ``.scales`` and ``.items``, one row a respondent that both have, with two intervals.

    Raises
    ------
    DataError
        Nobody is in both, or another instrument was given.

    Notes
    -----
    Only forms that both have are compared, with the instrument's own stems. A difference of
    scores is not yet a difference of values: the verdict on both together judges that.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> forms = "direction=published,reversed"
    >>> june, may = (va.administer("pvq-21", "sim:human", forms=forms, occasions=2, seed=k,
    ...                            store=f"{folder}/{k}.db") for k in range(2))
    >>> found = va.changes(june, may)
    >>> len(found.scales), found.centred
    (10, True)
    """
    import pandas as pd

    loaded = administered_instrument(after, instrument)
    first, second = (_wide(each, loaded) for each in (before, after))
    shared = [who for who in first if who in second]
    if not shared:
        raise DataError(
            f"nobody is in both: {', '.join(first)} and {', '.join(second)}; a change is of one "
            "model at two times"
        )
    centred = "mrat" in loaded.scoring.centring
    why: dict[str, str] = {}
    scales, items = [], []
    for who in shared:
        try:
            scales += _scales(who, first[who], second[who], loaded, centred=centred)
            items += _items(who, first[who], second[who], loaded)
        except AnalysisError as error:
            why[who] = str(error)
    why |= dict.fromkeys({*first, *second} - set(shared), "it is in one of the two only")
    return Changes(
        scales=pd.DataFrame(scales, columns=["respondent", "scale", *_NUMBERS]),
        items=pd.DataFrame(items, columns=["respondent", "item", *_NUMBERS]),
        centred=centred,
        unavailable=dict(sorted(why.items())),
        names=scale_titles(loaded),
        instrument=loaded.id,
    )


def _wide(responses: Responses, instrument: Instrument) -> dict[str, pd.DataFrame]:
    return dict(each_respondent(without_opposed(wide_of(responses, instrument))))


def _scales(
    who: str, before: pd.DataFrame, after: pd.DataFrame, instrument: Instrument, *, centred: bool
) -> list[dict[str, Any]]:
    centre: Any = "mrat" if centred else None
    x, y = (score(wide, instrument, centre=centre) for wide in (before, after))
    names = [s.id for s in instrument.scales if s.id in x.columns and s.id in y.columns]
    return [{"respondent": who, "scale": name, **_row(x, y, name)} for name in names]


def _items(
    who: str, before: pd.DataFrame, after: pd.DataFrame, instrument: Instrument
) -> list[dict[str, Any]]:
    there = [i for i in instrument.item_ids if i in before.columns and i in after.columns]
    known = [i for i in there if before[i].notna().any() and after[i].notna().any()]
    return [{"respondent": who, "item": name, **_row(before, after, name)} for name in known]


def _row(x: pd.DataFrame, y: pd.DataFrame, name: str) -> dict[str, Any]:
    found = change(
        x[name].to_numpy(float),
        y[name].to_numpy(float),
        forms_before=x["form"].tolist(),
        forms_after=y["form"].tolist(),
    )
    values = (
        found.before,
        found.after,
        found.difference,
        *found.forms_interval,
        *found.occasions_interval,
        found.n_forms,
    )
    return dict(zip(_NUMBERS, values, strict=True))
