"""The pages of one participant: items about stimuli in their order, and attention checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from valuealign.administration.plan.plan import Administration
from valuealign.serve.participant_file import Participant
from valuealign.serve.survey import Survey
from valuealign.supply.people.given_answer import Given
from valuealign.supply.people.person import person

Place = tuple[int, str]
"""Which of the participant's administrations, and the item."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Parameters
    ----------
    administration : int
        Which of the participant's administrations its items are of; -1 for an attention check.
    item_ids : tuple of str
    attention : int, optional
        Which attention check it is.
    """

    administration: int
    item_ids: tuple[str, ...] = ()
    attention: int | None = None

    @property
    def places(self) -> list[Place]:
        """The items of this page."""
        return [(self.administration, item_id) for item_id in self.item_ids]


@dataclass(frozen=True)
class Session:
    """What one participant is given.

    Parameters
    ----------
    participant : Participant
    administrations : tuple of Administration
        In the participant's order.
    pages : tuple of Page
    """

    participant: Participant
    administrations: tuple[Administration, ...]
    pages: tuple[Page, ...]

    def first_open(self, given: Mapping[Place, Given], attention: Mapping[int, int]) -> int | None:
        """The number of the first page that was not sent, counted from 1."""
        for number, page in enumerate(self.pages, start=1):
            if page.attention is not None and page.attention not in attention:
                return number
            if any(place not in given for place in page.places):
                return number
        return None


def session_of(survey: Survey, participant: Participant) -> Session:
    """The pages of a participant; the same whenever they are asked for."""
    asked = survey.questionnaire_of(participant.number)
    # Consecutive participants with the same form get consecutive parts of the stimuli.
    number = participant.number // len(survey.questionnaires)
    who = person(participant.person, survey.participants.group)
    administrations = asked.administrations(who, number=number)
    return Session(participant, administrations, tuple(_pages(survey, administrations)))


def _pages(survey: Survey, administrations: Sequence[Administration]) -> list[Page]:
    pages: list[Page] = []
    n_sent = 0
    for k, administration in enumerate(administrations):
        ids = administration.item_ids
        size = 1 if survey.participants.page == "item" else _on_a_list(administration)
        for start in range(0, len(ids), size):
            pages.append(Page(k, ids[start : start + size]))
            n_sent += 1
            pages += [
                Page(-1, attention=j)
                for j, check in enumerate(survey.participants.attention)
                if check.after == n_sent
            ]
    return pages


def _on_a_list(administration: Administration) -> int:
    """Items on one page: all about a stimulus; without one, twenty."""
    return len(administration.item_ids) if administration.stimulus else 20
