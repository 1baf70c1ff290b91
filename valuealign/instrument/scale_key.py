"""The key of an instrument as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument


def scale_key(instrument: Instrument) -> pd.DataFrame:
    """Return one row for each item of each scale: ``item scale keyed``; no scale is None."""
    import pandas as pd

    rows = [
        (item_id, scale.id, instrument.item(item_id).keyed)
        for scale in instrument.scales
        for item_id in scale.items
    ]
    scored = {row[0] for row in rows}
    rows += [(item.id, "", item.keyed) for item in instrument.items if item.id not in scored]
    frame = pd.DataFrame(rows, columns=["item", "scale", "keyed"])
    return frame.assign(scale=frame["scale"].where(frame["scale"] != "", None))
