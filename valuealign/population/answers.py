"""Answer counts: what people answered about each vignette, weighted, with their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.population.answers_file import AnswerCell, AnswersFile
from valuealign.population.norms_file import TAGS
from valuealign.population.sample_files import files_of, read_checked
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Answers:
    """Weighted counts of people's answers about vignettes.

    Attributes
    ----------
    source : AnswersFile
        Who, when, where and how, how they are weighted, and what their intervals account for.

    Examples
    --------
    >>> people = load_answers("recovery-us-gss2018")
    >>> cell = people.cell("gets_better", {"condition": "schizophrenia", "treatment": "treated"})
    >>> cell.question, cell.n
    ('imprvtrt', 223)
    """

    source: AnswersFile

    @property
    def id(self) -> str:
        """Its name."""
        return self.source.id

    @property
    def instrument(self) -> str:
        """The instrument's name."""
        return self.source.instrument

    @property
    def n(self) -> int:
        """People before any were left out."""
        return self.source.n_rows

    def cell(self, item: str, conditions: Mapping[str, str]) -> AnswerCell | None:
        """Return what people answered to an item about such a vignette; None if not asked.

        Parameters
        ----------
        item : str
        conditions : mapping of str to str
            Factor -> level. Further factors of the stimulus are disregarded.
        """
        for cell in self.source.cells:
            same = all(conditions.get(name) == level for name, level in cell.where.items())
            if cell.item == item and same:
                return cell
        return None

    @property
    def table(self) -> pd.DataFrame:
        """One row a cell and code: ``question item``, the factors, ``code count weighted``."""
        import pandas as pd

        rows = [
            {"question": cell.question, "item": cell.item, **cell.where}
            | {"code": code, "count": n, "weighted": weighted}
            for cell in self.source.cells
            for code, n, weighted in zip(self.source.codes, cell.counts, cell.weighted, strict=True)
        ]
        return pd.DataFrame(rows)

    def describe(self) -> dict[str, Any]:
        """Describe the answers in words."""
        source = self.source
        return {
            "id": source.id,
            "kind": "answers",
            "tag": TAGS[source.tag],
            "instrument": source.instrument,
            "people": source.population,
            "n": source.n_rows,
            "cells": len(source.cells),
            "questions": [f"{name}: {words}" for name, words in source.questions.items()],
            "weights": source.weights,
            "design": source.design,
            "direction": source.direction,
            "wording": source.wording.kind,
            "language": source.wording.language or source.wording.reason,
            "source": source.source,
            "ref": source.ref,
            "licence": source.licence,
            "made by": source.made_by,
            "note": source.note,
        }

    def __repr__(self) -> str:
        return f"<Answers {self.id}: {self.n:,} people, {self.source.population}>"


@checked
def load_answers(name_or_path: str | Path) -> Answers:
    """Weighted counts of people's answers about vignettes, by name or from a file.

    Parameters
    ----------
    name_or_path : str or Path
        One of :func:`list_populations` of kind "answers", or a path to such a file (JSON).

    Returns
    -------
    Answers
        Counts, sums of weights and of squared weights by question and kind of vignette.

    Raises
    ------
    DataError
        No such answers, or a file that is not a file of answers; the message names the place.

    Examples
    --------
    >>> load_answers("recovery-us-gss2018").instrument
    'recovery-outlook'
    """
    path = Path(name_or_path)
    if path.suffix.lower() != ".json":
        known = files_of("answers")
        if str(name_or_path) not in known:
            hint = did_you_mean(str(name_or_path), list(known))
            raise DataError(f"there are no answer counts {str(name_or_path)!r}; {hint}")
        path = known[str(name_or_path)]
    return Answers(read_checked(path, AnswersFile))
