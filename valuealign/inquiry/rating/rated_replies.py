"""Ratings with what they are about: one row a rating."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import instrument_id
from valuealign.store.responses.rated_stimuli import administration_keys, rated_stimuli
from valuealign.store.responses.responses import Responses, responses
from valuealign.store.store import default_store

if TYPE_CHECKING:
    import pandas as pd

Named = str | Path | Instrument
_PEOPLE = "people:"
_OF_RATING = ["administration_id", "model", "persona", "form", "direction", "order", "occasion"]


@dataclass(frozen=True)
class RatedReplies:
    """Ratings of replies and the replies.

    Parameters
    ----------
    rubric : Instrument
        As it was administered.
    ratings : DataFrame
        One row a rating of one reply by one item of the rubric: ``origin`` (the rated
        administration's id), ``part item rubric_item rater value form direction order occasion
        n_words``, and ``of`` (the respondent who gave the reply).
    replies : Responses
        The administrations that were rated, of one instrument.
    """

    rubric: Instrument
    ratings: pd.DataFrame
    replies: Responses

    @property
    def raters(self) -> list[str]:
        """Who rated, in order of appearance."""
        return list(dict.fromkeys(self.ratings["rater"]))

    @property
    def notice(self) -> str:
        """What a reader must know of the raters wherever their ratings are shown."""
        return notice(self.raters)


def is_person(rater: str) -> bool:
    """Whether a rater is a person."""
    return rater.startswith(_PEOPLE)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def notice(raters: list[str]) -> str:
    """Say which raters are unvalidated.

    Examples
    --------
    >>> notice(["gpt-4o"])
    'unvalidated: gpt-4o rated these replies and no person did, so that its errors are not known'
    """
    people = [each for each in raters if is_person(each)]
    judges = [each for each in raters if not is_person(each)]
    if not judges:
        return f"rated by people: {', '.join(people)}"
    if not people:
        whose = "its" if len(judges) == 1 else "their"
        return (
            f"unvalidated: {_listed(judges)} rated these replies and no person did, so that "
            f"{whose} errors are not known"
        )
    return (
        f"unvalidated: {_listed(judges)}, until their agreement with the {len(people)} people "
        "who rated too is high enough for the purpose (va.agreement, va.corrected)"
    )


def rated_replies(
    store: str | Path | None,
    rubric: Named,
    *,
    instrument: Named | None = None,
    replies: str | Path | None = None,
) -> RatedReplies:
    """Join the ratings of a store to the replies that they are about.

    Parameters
    ----------
    store : str, Path or None
        With the ratings.
    rubric : str, Path or Instrument
        By which the replies were rated.
    instrument : str, Path or Instrument, optional
        Whose replies; by default the only one that was rated.
    replies : str or Path, optional
        The store of the replies, where that is another one.

    Raises
    ------
    DataError
        No ratings by this rubric, or replies to several instruments and none named.
    """
    store = default_store() if store is None else store
    name = instrument_id(rubric)
    given = responses(store, instrument=name)
    long = given.long
    made_of = rated_stimuli(store, name)
    if long.empty or made_of.empty:
        raise DataError(
            f"{store} has no ratings of replies by {name}; make some: valuealign rate {store} "
            f"--rubric {name} --model NAME"
        )
    source = store if replies is None else replies
    keys = administration_keys(source)
    made_of = made_of.assign(origin=made_of["origin"].map(keys)).dropna(subset="origin")
    if made_of.empty:
        raise DataError(f"the replies that were rated are not in {source}; name their store")
    answered = _only(responses(source), made_of["origin"], instrument)
    of = answered.design.set_index("administration_id")["respondent"]
    ratings = _ratings(long).merge(made_of, on="administration_id")
    ratings = ratings[ratings["origin"].isin(of.index)]
    ratings = ratings.assign(origin=ratings["origin"].astype(int), of=ratings["origin"].map(of))
    return RatedReplies(given.instrument, ratings.drop(columns="administration_id"), answered)


def _ratings(long: pd.DataFrame) -> pd.DataFrame:
    """The ratings, each with the name of its rater."""
    frame = long[_OF_RATING].astype({"model": str})
    person = long["persona"].astype(object)
    # Who rated is the respondent: a model under its conditions, or a person of a group.
    named = long["respondent"].astype(str)
    rater = named.where(person.isna(), named + " " + person.astype(str))
    columns = {"rater": rater, "rubric_item": long["item_id"].astype(str), "value": long["value"]}
    kept = [c for c in _OF_RATING if c not in ("model", "persona")]
    return frame[kept].assign(**columns).dropna(subset="value").reset_index(drop=True)


def _only(answered: Responses, origins: pd.Series, named: Named | None) -> Responses:
    """The replies of one instrument among those that were rated."""
    design = answered.design
    rated = design[design["administration_id"].isin(set(origins))]
    there = list(dict.fromkeys(rated["instrument"].astype(str)))
    if named is None:
        if len(there) > 1:
            raise DataError(
                f"replies to {' and '.join(there)} were rated; say which: instrument=ID"
            )
        return answered.only(there[0])
    wanted = instrument_id(named)
    if wanted not in there:
        raise DataError(f"no reply to {wanted} was rated, only replies to {', '.join(there)}")
    return answered.only(wanted)
