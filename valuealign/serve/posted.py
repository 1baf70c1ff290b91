"""What a browser posted, as answers: every field is checked, and nothing else is read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from valuealign.serve.pages import Page, Session
from valuealign.serve.protection import signed
from valuealign.supply.people.given_answer import Given, NotAnAnswer, read_given
from valuealign.supply.people.person_answers import GivenCell

MAX_BYTES = 1_000_000
_MAX_FIELDS = 500
_DAY = 86_400_000.0


class Unacceptable(ValueError):  # noqa: N818  # named for what was posted
    """What was posted is not a form of ours."""


def fields_of(body: bytes) -> dict[str, str]:
    """The fields of a posted form; of a repeated one the last.

    Raises
    ------
    Unacceptable
        It is not a form.

    Examples
    --------
    >>> fields_of(b"a=1&b=%C3%A4")
    {'a': '1', 'b': 'ä'}
    """
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise Unacceptable(str(error)) from None
    return dict(pairs)


@dataclass
class Posted:
    """What was given on one page.

    Parameters
    ----------
    cells : list of GivenCell
        Answers, and the questions that were left out on purpose.
    problems : dict of str to str
        Item -> why what was given is not an answer.
    missing : list of str
        Items without an answer.
    given : dict of str to Given
        As it came, to be shown again.
    """

    cells: list[GivenCell] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)


def posted_on(session: Session, page: Page, fields: Mapping[str, str], *, skips: bool) -> Posted:
    """Read the answers of one page.

    Parameters
    ----------
    session : Session
    page : Page
    fields : mapping of str to str
    skips : bool
        Whether what has no answer is left out on purpose.
    """
    administration = session.administrations[page.administration]
    scale = administration.instrument.response_scale
    posted = Posted()
    for item_id in page.item_ids:
        given = Given(fields.get(f"a-{item_id}", ""), fields.get(f"c-{item_id}", ""))
        posted.given[item_id] = given
        if given.is_blank and not skips:
            posted.missing.append(item_id)
            continue
        try:
            read = read_given(item_id, given, administration.presented(item_id), scale)
        except NotAnAnswer as error:
            posted.problems[item_id] = str(error)
            continue
        posted.cells.append(GivenCell(administration, item_id, given, read))
    return posted


def stamp(secret: str, person_id: str, page: int) -> str:
    """When a page was shown, signed, so that nobody can state another time."""
    now = f"{time.time():.3f}"
    return f"{now}.{signed(secret, 'shown', person_id, page, now)}"


def milliseconds(secret: str, person_id: str, page: int, value: str) -> float:
    """How long ago a page was shown; 0 where that is not known.

    Examples
    --------
    >>> 0 <= milliseconds("s", "p", 1, stamp("s", "p", 1)) < 60_000
    True
    >>> milliseconds("s", "p", 1, "1.000.abc"), milliseconds("s", "p", 2, stamp("s", "p", 1))
    (0.0, 0.0)
    """
    then, _, mark = value.rpartition(".")
    if mark != signed(secret, "shown", person_id, page, then):
        return 0.0
    return min(max((time.time() - float(then)) * 1000, 0.0), _DAY)
