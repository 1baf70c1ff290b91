"""``check_anchor``: published numbers computed again from their raw data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError, StudyError
from valuealign.study.anchor.anchor_file import AnchorFile, NumberCheck
from valuealign.study.anchor.anchor_result import AnchorResult
from valuealign.study.anchor.anchor_warnings import exchanged_rows, uneven_answers
from valuealign.study.anchor.load_anchor import Anchor, load_anchor
from valuealign.study.anchor.quantities import recomputed
from valuealign.study.anchor.raw_data import RawContent, raw_data

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-9
"""Added to a tolerance, so that a difference equal to it agrees whatever binary numbers do."""


@checked
def check_study(name: str | Path, data: str | Path) -> AnchorResult:
    """Compute a study's published numbers again from its raw data.

    Parameters
    ----------
    name : str or Path
        A shipped anchor ("gss-2018", "moore-2025-stigma", "rmet-runs-2024", "serapio-2025",
        "siri2-2025"), or a YAML file of the same format.
    data : str or Path
        The folder with the raw data, which is searched with its subfolders. They are not part of
        the project; the error for an absent file says where it was published.

    Returns
    -------
    AnchorResult
        ``.passed``, and ``.numbers`` with one row a published number.

    Raises
    ------
    StudyError
        No such anchor, no such file, or a raw file without the columns that are needed.

    Notes
    -----
    Tolerances are declared in the anchor's file. A number that misses its tolerance stays missed;
    one that is known to be wrong in the source is shown as such, and does not fail the check.

    Examples
    --------
    >>> check_study("siri2-2026", ".")
    Traceback (most recent call last):
    valuealign.errors.StudyError: no anchor 'siri2-2026'; did you mean 'siri2-2025'?
    """
    import pandas as pd

    anchor = load_anchor(name)
    contents = raw_data(anchor.file, Path(data))
    tables = {check.id: _numbers(anchor, check, contents) for check in anchor.file.checks}
    numbers = pd.concat(tables.values(), ignore_index=True)
    files = _files(anchor.file, contents)
    failed = numbers["status"].isin(["missed", "not recomputed"])
    return AnchorResult(
        anchor=anchor.file.id,
        title=anchor.file.title,
        passed=bool(files["is_published"].all() and not failed.any()),
        checks=pd.DataFrame([_summary(c, tables[c.id]) for c in anchor.file.checks]),
        numbers=numbers.drop(columns="keys"),
        files=files,
        warnings=(
            *_other_files(files),
            *(w for table in tables.values() for w in exchanged_rows(table)),
            *(w for u in anchor.file.unanswered for w in uneven_answers(u, contents[u.file])),
        ),
        notes=anchor.file.notes,
    )


def _numbers(anchor: Anchor, check: NumberCheck, data: dict[str, RawContent]) -> pd.DataFrame:
    """Return one row a published number of a check, with its status."""
    import pandas as pd

    table = anchor.published(check)
    names = [str(name) for name in table.columns if name != "published"]
    found = _recomputed(anchor, check, data, names)
    rows = []
    for row in table.to_dict("records"):
        keys = {name: plain_key(row[name]) for name in names}
        number = found.get(tuple(keys.values()), {"recomputed": np.nan, "n": 0})
        difference = number["recomputed"] - row["published"]
        rows.append(
            {
                "check": check.id,
                "key": ", ".join(keys.values()),
                "keys": keys,
                "published": row["published"],
                **number,
                "difference": difference,
                "tolerance": np.nan if check.tolerance is None else check.tolerance,
                "tier": check.tier,
                "status": _status(check, keys, difference, anchor.file),
            }
        )
    return pd.DataFrame(rows)


def _recomputed(
    anchor: Anchor, check: NumberCheck, data: dict[str, RawContent], names: list[str]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the recomputed numbers of a check, by key."""
    if check.recompute is None:
        return {}
    try:
        numbers = recomputed(check.recompute, data)
    except DataError as error:
        path = anchor.file.files[check.recompute.file].path
        raise StudyError(f"{path}, for {check.id!r}: {error}") from None
    unknown = [name for name in names if name not in numbers.columns]
    if unknown:
        keys = ", ".join(str(c) for c in numbers.columns if c not in {"recomputed", "n"})
        raise StudyError(
            f"the table {check.published} has a key {unknown[0]!r}",
            expected=f"the keys {keys or '(none)'} and 'published'",
        )
    return {
        tuple(plain_key(row[name]) for name in names): {
            "recomputed": row["recomputed"],
            "n": row["n"],
        }
        for row in numbers.to_dict("records")
    }


def plain_key(value: Any) -> str:
    """Return a key as text: 1, 1.0 and "1" are the same key.

    Examples
    --------
    >>> plain_key(1.0), plain_key("1"), plain_key("a ")
    ('1', '1', 'a')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _status(check: NumberCheck, keys: dict[str, str], difference: float, anchor: AnchorFile) -> str:
    if check.tolerance is None:
        return "copied"
    if np.isnan(difference):
        return "not recomputed"
    if abs(difference) <= check.tolerance + ROUNDING:
        return "agrees"
    for error in anchor.source_errors:
        if error.check == check.id and _matches(error.where, keys):
            return "error in the source"
    return "missed"


def _matches(where: dict[str, Any], keys: dict[str, str]) -> bool:
    return all(
        keys.get(name) in [plain_key(v) for v in (value if isinstance(value, tuple) else (value,))]
        for name, value in where.items()
    )


def _summary(check: NumberCheck, table: pd.DataFrame) -> dict[str, Any]:
    counts = table["status"].value_counts()
    return {
        "check": check.id,
        "says": check.says,
        "tier": check.tier,
        "numbers": len(table),
        "agree": int(counts.get("agrees", 0)),
        "missed": int(counts.get("missed", 0) + counts.get("not recomputed", 0)),
        "source_errors": int(counts.get("error in the source", 0)),
        "tolerance": check.tolerance,
        "because": check.because,
        "source": check.source,
    }


def _files(anchor: AnchorFile, contents: dict[str, RawContent]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "file": name,
            "path": raw.path,
            "sha256": contents[name].sha256,
            "is_published": contents[name].is_published,
            "source": raw.source,
            "licence": raw.licence,
        }
        for name, raw in anchor.files.items()
    )


def _other_files(files: pd.DataFrame) -> list[str]:
    return [
        f"{row['path']} is not the file that was published at {row['source']}: its SHA-256 is "
        f"{row['sha256'][:12]}..."
        for row in files.to_dict("records")
        if not row["is_published"]
    ]
