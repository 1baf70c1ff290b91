"""The number that decides whether raters agree about answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.analysis.agreement.intraclass import icc
from valuealign.errors import AnalysisError, DataError
from valuealign.inquiry.number import Number, unavailable
from valuealign.inquiry.rating.rated_replies import RatedReplies, rated_replies
from valuealign.instrument.instrument import Instrument
from valuealign.store.responses.rated_stimuli import rubrics_of

if TYPE_CHECKING:
    from valuealign.store.responses.responses import Responses

NONE = "these responses hold no ratings by two raters; valuealign rate makes some"


def is_rubric(instrument: Instrument) -> bool:
    """Whether an instrument is asked about replies."""
    return "reply" in instrument.about.values()


def rater_agreement(data: Responses, instrument: Instrument, respondent: str) -> Number:
    """Agreement of one rater with another, for the rubric item with least agreement.

    Parameters
    ----------
    data : Responses
        To an instrument that was rated, or to a rubric.
    instrument : Instrument
    respondent : str
        Who gave the replies; of a rubric, a rater.

    Returns
    -------
    Number
        ICC(2,1) with its interval over replies.
    """
    if data.store is None:
        return unavailable(NONE)
    try:
        if is_rubric(instrument):
            joined = rated_replies(data.store, instrument)
            return _least(joined) if respondent in joined.raters else unavailable(NONE)
        found = [
            rated_replies(data.store, rubric, instrument=instrument)
            for rubric in rubrics_of(data.store, instrument.id)
        ]
    except DataError as error:
        return unavailable(str(error))
    numbers = [_least(each, of=respondent) for each in found]
    known = [each for each in numbers if each.value == each.value]  # NaN
    if known:
        return min(known, key=lambda each: each.lower)
    return numbers[0] if numbers else unavailable(NONE)


def _least(joined: RatedReplies, of: str | None = None) -> Number:
    """The least ICC over the items of a rubric."""
    rows = joined.ratings
    if of is not None:
        rows = rows[rows["of"].astype(str) == of]
    numbers = []
    for item in joined.rubric.item_ids:
        mine = rows[rows["rubric_item"] == item]
        wide = mine.groupby(["origin", "item", "rater"])["value"].mean().unstack("rater")
        try:
            table = icc(wide.dropna())
        except AnalysisError as error:
            return unavailable(f"{item}: {error}")
        one = table[table["type"] == "ICC2"].to_dict("records")[0]
        why = f"{joined.rubric.id}, {item}: {wide.shape[1]} raters, {len(wide.dropna())} replies"
        number = Number(
            float(one["icc"]),
            float(one["ci_lower"]),
            float(one["ci_upper"]),
            reason=why,
            n=float(len(wide.dropna())),
            unit="replies",
        )
        numbers.append(number)
    return min(numbers, key=lambda each: each.lower)
