"""The list of shipped studies and open anchors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.arguments import checked
from valuealign.study.anchor.load_anchor import anchor_names, load_anchor
from valuealign.study.load_study import load_study, study_names
from valuealign.study.study_overview import COLUMNS, anchor_overview, study_overview

if TYPE_CHECKING:
    import pandas as pd


@checked
def list_studies() -> pd.DataFrame:
    """List the shipped studies and open anchors.

    Returns
    -------
    DataFrame
        One row a study: ``id``, ``kind`` ("study", which models can repeat, or "open anchor",
        whose published numbers `check_study` computes again from raw data), ``title``,
        ``instruments``, ``personas``, ``requests a model``, ``checks``, ``file``, and what it
        ``repeats``, its ``design``, what is ``published``, its ``people`` and its ``status``.

    Examples
    --------
    >>> "hadar-shoval-2024" in set(list_studies()["id"])
    True
    """
    import pandas as pd

    studies = [s.describe() | study_overview(s) for s in map(load_study, study_names())]
    anchors = [a.describe() | anchor_overview(a) for a in map(load_anchor, anchor_names())]
    return pd.DataFrame([*studies, *anchors]).drop(columns="study")


def overview_markdown() -> str:
    """Return the table of studies as it stands in README and docs.

    Examples
    --------
    >>> overview_markdown().splitlines()[0]
    '| study | repeats | design | published | people | status |'
    """
    rows = list_studies().rename(columns={"id": "study"})[list(COLUMNS)].to_dict("records")
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    for row in rows:
        cells = (f"`{row['study']}`", *(str(row[name]) or "-" for name in COLUMNS[1:]))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
