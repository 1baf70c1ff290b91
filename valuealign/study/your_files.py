"""Parts of a study that only the user can bring, because their words may not be passed on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from valuealign.instrument.references import Problem
from valuealign.study.study_file import StudyFile


def without_absent(file: StudyFile) -> tuple[StudyFile, tuple[str, ...]]:
    """Leave out instruments of the user's that are not in the working folder.

    Parameters
    ----------
    file : StudyFile

    Returns
    -------
    file : StudyFile
    notes : tuple of str
        One for each part that is left out.
    """
    absent = [p for p in file.instruments if p.yours and not Path(p.instrument).is_file()]
    notes = tuple(
        f"left out: {part.instrument} is not in the working folder; it is yours to bring"
        for part in absent
    )
    kept = tuple(part for part in file.instruments if part not in absent)
    return file.model_copy(update={"instruments": kept}), notes


def misplaced(file: StudyFile) -> Iterator[Problem]:
    """Yield a problem where a part of the user's stands where its absence would matter.

    Parameters
    ----------
    file : StudyFile
    """
    yours = [part.yours for part in file.instruments]
    for k, part in enumerate(file.instruments):
        if part.yours and not part.instrument.endswith((".yaml", ".yml")):
            problem = f"{part.instrument!r} is yours and is not the name of a file"
            yield Problem(("instruments", k, "instrument"), problem, "name a file: mine.yaml")
        if not part.yours and any(yours[:k]):
            problem = "an instrument of the study stands after one that only the user has"
            yield Problem(("instruments", k), problem, "put those with 'yours' last")
    if all(yours):
        yield Problem(("instruments",), "every instrument is the user's to bring", "name another")
    names = {part.instrument for part in file.instruments if part.yours}
    for k, check in enumerate(file.checks):
        if check.expects.instrument in names:
            problem = f"a check needs {check.expects.instrument}, which may be absent"
            hint = "state it in a study of your own, where the file is not 'yours: true'"
            yield Problem(("checks", k, "expects", "instrument"), problem, hint)
