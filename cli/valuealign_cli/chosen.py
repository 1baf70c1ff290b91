"""Which responses of a store a command is about: the same options everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.store.responses.responses import Responses

_F = TypeVar("_F", bound=Callable[..., Any])
_STORE = (
    click.option("--store", help="File or database URL.  [default: valuealign.db]"),
    click.option(
        "--instrument", metavar="ID|FILE", help="The instrument, if the store contains several."
    ),
    click.option("--model", "models", multiple=True, help="Only this model; repeatable."),
    click.option(
        "--pool",
        "pool",
        multiple=True,
        metavar="CONDITION",
        help="Combine respondents that differ only in this (temperature, ...); repeatable.",
    ),
)


def store_options(function: _F) -> _F:
    """Add the options that choose responses of a store."""
    return reduce(lambda f, option: option(f), reversed(_STORE), function)


def chosen_responses(options: Mapping[str, Any], *, empty: bool = False) -> Responses:
    """Return the responses that the options choose.

    Parameters
    ----------
    options : mapping
        With ``store instrument models pool``.
    empty : bool
        Whether there may be none.

    Raises
    ------
    DataError
        A model or an instrument that was not asked; the message lists those that were.
    """
    from valuealign.errors import DataError
    from valuealign.instrument.load import instrument_id
    from valuealign.store.responses.responses import responses

    models = list(options["models"])
    data = responses(
        options["store"],
        instrument=options["instrument"],
        model=models or None,
        pool=tuple(options["pool"]),
    )
    absent = set(models) - set(data.design["model"].astype(str))
    if len(data.design) and not absent:
        return data
    there = responses(options["store"]).design
    if there.empty:
        if empty:
            return data
        raise DataError("the store contains no responses yet; administer an instrument first")
    wanted = None if options["instrument"] is None else instrument_id(options["instrument"])
    instruments, names = (sorted(set(there[c].astype(str))) for c in ("instrument", "model"))
    if wanted is not None and wanted not in instruments:
        raise DataError(
            f"there are no responses to {wanted}; the store holds {', '.join(instruments)}"
        )
    raise DataError(
        f"{', '.join(sorted(absent))} was not asked{f' {wanted}' if wanted else ''}; the store "
        f"holds {', '.join(names)}"
    )


def chosen_instrument(data: Responses, options: Mapping[str, Any]) -> Instrument:
    """Return the instrument that the responses are to, as it was administered.

    Raises
    ------
    DataError
        The store holds several and none is named; the message lists them.
    """
    from valuealign.store.responses.administered_instrument import administered_instrument

    return administered_instrument(data, options["instrument"])
