"""The formats in which a reply may name its fields, and the version of the reader."""

from __future__ import annotations

from valuealign.administration.read.answer_fields import Fields
from valuealign.administration.read.json_reply import json_fields

READER_VERSION = "5"
"""Raised whenever a reply may be read differently; ``responses reread`` records it."""

FORMATS = (json_fields,)
"""Each returns the fields of a text, or ``None`` where the text is in another format.

The first that returns some is used, for one item and for whole forms alike.
"""


def fields_in(text: str) -> Fields | None:
    """Return the fields of a reply; ``None`` if it is plain text.

    Parameters
    ----------
    text : str
        As it came, without thinking.

    Raises
    ------
    TwiceError
        A field stands twice, with two values.

    Examples
    --------
    >>> fields_in('{"answer": 4}').format
    'JSON'
    >>> fields_in("I would say 4.") is None
    True
    """
    return next((fields for of in FORMATS if (fields := of(text)) is not None), None)
