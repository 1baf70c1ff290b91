"""Writing of a sample as JSON, with its bivariate tables in a companion file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import ArgumentError
from valuealign.instrument.folders import write_whole
from valuealign.population.population import Population


@checked
def write_population(people: Population, path: str | Path) -> tuple[Path, ...]:
    """Write a sample as a population file; no row of a person is written.

    Parameters
    ----------
    people : Population
        A sample, from `read_population` for example.
    path : str or Path
        Ends with ``.json``; bivariate tables go to ``NAME.tables.json.gz`` beside it.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    ArgumentError
        A path that does not end with ``.json``.

    Examples
    --------
    >>> import tempfile, valuealign as va
    >>> people = va.load_population("pvq21-us-gss2012")
    >>> [p.name for p in write_population(people, f"{tempfile.mkdtemp()}/mine.json")]
    ['mine.json', 'mine.tables.json.gz']
    """
    path = Path(path)
    if path.suffix != ".json":
        raise ArgumentError(f"write_population: path is {str(path)!r}; expected a name in .json")
    tables_file = path.with_suffix(".tables.json.gz")
    written = [path]
    if people.tables is not None:
        write_whole(tables_file, _tables(people))
        written.append(tables_file)
    else:
        tables_file.unlink(missing_ok=True)  # else the new moments would stand beside old tables
    text = people.source.model_dump_json(exclude_none=False)
    write_whole(path, text.encode())
    return tuple(written)


def _tables(people: Population) -> bytes:
    low, high = (int(code) for code in people.source.response_range)
    value = {
        "id": people.id,
        "items": list(people.source.items),
        "categories": list(range(low, high + 1)),
        "n": people.n,
        "layout": "each pair (i<j) in order, row by row: rows are the codes of item i",
        "tables": [np.rint(table).astype(int).ravel().tolist() for table in people.tables],
    }
    return gzip.compress(json.dumps(value).encode(), mtime=0)
