"""The ways of eliciting an answer, and the facts of each: one table, read by everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from valuealign.errors import PlanError

Elicitation = Literal["choice", "text", "json", "logprobs"]
ELICITATIONS: tuple[Elicitation, ...] = get_args(Elicitation)


@dataclass(frozen=True, slots=True)
class Way:
    """How one elicitation asks, and what it cannot ask.

    Parameters
    ----------
    room : int
        Output tokens that one answer takes.
    room_for_words : int, optional
        The same where the options are words; by default ``room``.
    free : bool
        The reply is a text of any length, so that the prompt asks for no token.
    schema : bool
        A JSON schema holds the reply to the options, and the prompt asks for JSON.
    grammar : bool
        A grammar holds the reply to one option, where the endpoint takes grammars.
    scored : bool
        The probability of each option is read, and no text.
    open_text, free_number, whole_form : str
        Why it cannot ask for an open text, for a number without options, or for a whole form;
        empty where it can.
    """

    room: int
    room_for_words: int | None = None
    free: bool = False
    schema: bool = False
    grammar: bool = False
    scored: bool = False
    open_text: str = ""
    free_number: str = ""
    whole_form: str = ""

    def room_of(self, *, words: bool) -> int:
        """Output tokens of one answer."""
        return self.room_for_words if words and self.room_for_words else self.room


WAYS: dict[Elicitation, Way] = {
    "choice": Way(room=24, room_for_words=48, grammar=True),
    "text": Way(room=512, free=True),
    "json": Way(
        room=48,
        schema=True,
        open_text="{instrument} is answered in open text; use --elicitation text",
    ),
    "logprobs": Way(
        room=4,
        scored=True,
        whole_form=(
            "logprobs are of one item's options; use --form context=item or --elicitation text"
        ),
        free_number=(
            "{instrument} is answered with a free number, which is many tokens; "
            "use --elicitation choice"
        ),
    ),
}


def checked_elicitation(name: str) -> Elicitation:
    """Return the elicitation of that name.

    Raises
    ------
    PlanError
        There is none.

    Examples
    --------
    >>> checked_elicitation("jsn")
    Traceback (most recent call last):
    valuealign.errors.PlanError: elicitation is 'jsn'; expected choice, text, json, logprobs
    """
    for known in ELICITATIONS:
        if name == known:
            return known
    raise PlanError(f"elicitation is {name!r}; expected {', '.join(ELICITATIONS)}")


def is_scored(name: str) -> bool:
    """Whether replies that were elicited in this way hold probabilities in place of text.

    Examples
    --------
    >>> is_scored("logprobs"), is_scored("gathered elsewhere")
    (True, False)
    """
    return name in WAYS and WAYS[checked_elicitation(name)].scored
