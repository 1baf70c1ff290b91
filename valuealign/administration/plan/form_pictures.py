"""The pictures of an item in a form: as they are, changed by a named rule, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.administration.plan.elicitation import WAYS, Elicitation
from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.media import media_pictures
from valuealign.instrument.pictures.picture import Picture
from valuealign.instrument.pictures.picture_rules import Shown, exchanged, inverted, scrambled

if TYPE_CHECKING:
    from valuealign.administration.plan.form import Form


def check_pictures(instrument: Instrument, shown: Shown) -> None:
    """Refuse a way of showing pictures that the instrument's items do not have.

    Raises
    ------
    PlanError
        No item has a picture, or too few have one to exchange them.
    """
    if shown == "shown":
        return
    n = sum(bool(item.media) for item in instrument.items)
    if n == 0:
        hint = "pictures of stimuli have variants instead: --variant" if instrument.about else ""
        raise PlanError(
            f"pictures={shown}: the items of {instrument.id} have no pictures; leave it out"
            + (f"; {hint}" if hint else "")
        )
    if shown == "exchanged" and n < 2:
        raise PlanError(f"pictures=exchanged: {instrument.id} has one picture; expected 2 or more")


def check_installed(instrument: Instrument, shown: Shown) -> None:
    """Raise an error for pictures that were not installed, before anything is asked.

    Raises
    ------
    InstrumentError
        It says how to install them, and how to ask without them.
    """
    for item in instrument.items if shown != "absent" else ():
        media_pictures(instrument, item)


def check_pictures_can_be_sent(
    instrument: Instrument, form: Form, elicitation: Elicitation, *, whole: bool
) -> None:
    """Refuse pictures where a request cannot carry them, before anything is asked.

    Raises
    ------
    PlanError
        A whole form in one request, or options scored as texts.
    """
    seen = "picture" in instrument.about.values() or (
        form.pictures != "absent" and any(item.media for item in instrument.items)
    )
    if seen and whole:
        raise PlanError(
            f"{instrument.id} shows pictures, one item at a time; use --form context=item"
        )
    if seen and WAYS[elicitation].scored and form.labels == "words":
        raise PlanError(
            f"{instrument.id} shows pictures, which an endpoint that scores texts does not see; "
            "use labels=numbers or labels=letters, or --elicitation choice"
        )


def item_pictures(instrument: Instrument, item_id: str, shown: Shown) -> tuple[Picture, ...]:
    """The pictures that one item shows.

    The same pictures are shown to every respondent on every occasion: seeds are made from the
    instrument's and the item's ids.

    Parameters
    ----------
    instrument : Instrument
    item_id : str
    shown : {"shown", "inverted", "scrambled", "exchanged", "absent"}

    Returns
    -------
    tuple of Picture

    Raises
    ------
    InstrumentError
        Pictures that were not installed, or were changed since.

    Examples
    --------
    >>> import valuealign as va
    >>> faces = va.load_instrument("schematic-faces")
    >>> [len(item_pictures(faces, "face01", shown)) for shown in ("shown", "absent")]
    [1, 0]
    """
    if shown == "absent" or not instrument.item(item_id).media:
        return ()
    if shown == "exchanged":
        pictured = [item.id for item in instrument.items if item.media]
        return media_pictures(instrument, exchanged(pictured, instrument.id)[item_id])
    pictures = media_pictures(instrument, item_id)
    if shown == "inverted":
        return tuple(inverted(picture) for picture in pictures)
    if shown == "scrambled":
        return tuple(scrambled(picture, f"{instrument.id}\n{item_id}") for picture in pictures)
    return pictures
