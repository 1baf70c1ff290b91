"""Files as surveys write them, of made-up people, and what must come back from them."""

from __future__ import annotations

import numpy as np
import pandas as pd


def ess(people, pvq, ending=""):
    """The same people as the ESS writes them: its names, 1 for much like me."""
    frame = 7 - people
    frame.columns = [f"{item.aliases[0]}{ending}" for item in pvq.items]
    return frame


def csv(frame, folder, name="people.csv", **how):
    path = folder / name
    frame.to_csv(path, index=False, **how)
    return path


def same(found, rows):
    """Moments, frequencies and tables are those of these rows."""
    rows = rows.dropna()
    assert found.n == len(rows)
    assert np.allclose(found.source.mean, rows.mean(), atol=1e-12)
    assert np.allclose(found.source.covariance, rows.cov(), atol=1e-12)
    for item in rows:
        counts = rows[item].value_counts().reindex(range(1, 7), fill_value=0)
        assert found.frequencies.loc[item].tolist() == counts.tolist()
    first, second = rows.columns[:2]
    joint = pd.crosstab(rows[first], rows[second]).reindex(
        index=range(1, 7), columns=range(1, 7), fill_value=0
    )
    if found.tables is not None:
        assert np.array_equal(found.tables[0], joint)
