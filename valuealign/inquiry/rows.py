"""Rows of people from a file."""

from __future__ import annotations

from pathlib import Path

from valuealign.inquiry.respondents import Rows


def read_rows(path: str | Path) -> Rows:
    """Read rows from a file of any kind that :func:`valuealign.read_population` reads.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Rows

    Raises
    ------
    DataError
        No such file, a format that is not read, or a file that is not what its name says.
    """
    import pandas as pd

    from valuealign.population.readers.people_file import MOST_ROWS
    from valuealign.population.readers.table_chunks import open_people

    opened = open_people(path)
    frames = list(opened.chunks(opened.columns, MOST_ROWS))
    data = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=opened.columns)
    return Rows(data, f"{len(data)} rows of {opened.path.name}")
