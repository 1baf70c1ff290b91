"""DDI codebooks: each variable's question, or its label where the codebook has no question."""

from __future__ import annotations

from pathlib import Path

from valuealign.exchange.surveys.codes import numbered
from valuealign.exchange.surveys.survey import Option, Question, Survey
from valuealign.instrument.wording.ddi import Variable, codebook


def read_codebook(path: Path) -> Survey:
    """Read a codebook.

    Raises
    ------
    InstrumentError
        Not a codebook.
    """
    book = codebook(path)
    title = {"": book.title} if book.title else {}
    return Survey(title, tuple(map(_question, book.variables)))


def _question(variable: Variable) -> Question:
    codes, remark = numbered([code for code, _ in variable.options])
    labelled = bool(variable.options)
    options = tuple(
        Option(code, {"": label} if label else {})
        for code, (_, label) in zip(codes, variable.options, strict=True)
    )
    marked = tuple(Option(code, {"": label}) for code, label in variable.missing)
    remarks = [remark] if remark else []
    if not variable.text and variable.label:
        remarks.append("has a label and no question; the label is the statement")
    return Question(
        variable.name,
        {"": variable.text or variable.label},
        options,
        marked,
        section=variable.group,
        lead={"": variable.lead} if variable.lead else {},
        excluded="" if labelled else "they have no categories",
        remarks=tuple(remarks),
    )
