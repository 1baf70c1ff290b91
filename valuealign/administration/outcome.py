"""The outcome of a raw reply: an answer, a refusal, unreadable, or failed."""

from __future__ import annotations

from dataclasses import dataclass

from valuealign.store.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of a reply; the base of the four outcomes.

    Parameters
    ----------
    how : str
        How it was found, or why not, in a few words ("digit", "label", "two options named").
    value : float, optional
        The code in the instrument's direction; ``None`` unless this is an answer on a scale.
    """

    how: str
    value: float | None = None
    confidence: float | None = None
    """With a yes or no: the stated confidence, 0 to 100."""

    @property
    def outcome(self) -> Outcome:
        """One of :data:`~valuealign.store.outcome.OUTCOMES`."""
        raise TypeError(f"{type(self).__name__} is not one of the four outcomes")


class Answer(Reading):
    """The reply plainly states one option (or is open text, with the value ``None``)."""

    __slots__ = ()

    @property
    def outcome(self) -> Outcome:
        """Always "answer"."""
        return "answer"


class Refusal(Reading):
    """The respondent declines."""

    __slots__ = ()

    @property
    def outcome(self) -> Outcome:
        """Always "refusal"."""
        return "refusal"


class Unreadable(Reading):
    """The reply does not plainly state one option; it is never guessed."""

    __slots__ = ()

    @property
    def outcome(self) -> Outcome:
        """Always "unreadable"."""
        return "unreadable"


class Failed(Reading):
    """There is no reply (an error, a truncated body, no choices)."""

    __slots__ = ()

    @property
    def outcome(self) -> Outcome:
        """Always "failed"."""
        return "failed"
