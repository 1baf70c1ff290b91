"""Comparison of a model's wording with people's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.population.population import Population


def wording_match(
    sheets: pd.DataFrame, people: Population, *, declared: str | None = None
) -> tuple[bool, str]:
    """Return whether a model saw the same words as people, and why.

    Parameters
    ----------
    sheets : DataFrame
        One row an administration, with ``wording``, ``language``, ``wording_hash`` and ``stem``
        where they are recorded.
    people : Population
    declared : str, optional
        What the user declares of words that nothing on record tells to be the same: a translation,
        or rows without a record. It never makes an open form the official text.

    Returns
    -------
    same : bool
    reason : str
        What decides it.
    """
    theirs = people.source.wording
    if theirs.hash is not None and "wording_hash" in sheets.columns and not _sex_matched(sheets):
        if set(sheets["wording_hash"].astype(str)) == {theirs.hash}:
            return True, "the wording's hash is the sample's"
        if sheets["wording_hash"].notna().any() and _spoken(sheets) == [theirs.language]:
            return False, "another wording's hash, in the sample's own language"
    kinds, unsaid = _kinds(sheets)
    if kinds and (len(kinds) > 1 or not kinds[0].startswith(theirs.kind)):
        return False, f"the model was given: {', '.join(kinds)}; the people: {theirs.kind} wording"
    if unsaid:
        which = f"{unsaid} of {len(sheets)} rows" if kinds else "the rows"
        return _by_declaration(f"{which} do not say which wording was given", declared)
    spoken = ", ".join(_spoken(sheets))
    if spoken == theirs.language:
        return True, f"{theirs.kind} wording in {theirs.language}"
    reason = (
        f"the model was asked in {spoken}, the people in {theirs.language or theirs.reason}: a "
        "translation is another wording until it is declared the same"
    )
    return _by_declaration(reason, declared)


def _kinds(sheets: pd.DataFrame) -> tuple[list[str], int]:
    """Return the recorded wordings, and the number of rows without one."""
    if "wording" not in sheets.columns:
        return [], len(sheets)
    wordings = sheets["wording"].dropna()
    return sorted(set(wordings.astype(str))), len(sheets) - len(wordings)


def _sex_matched(sheets: pd.DataFrame) -> bool:
    """Whether stems were matched to the personas' sex: several hashes, and one wording."""
    return "stem" in sheets.columns and sheets["stem"].nunique() > 1


def _spoken(sheets: pd.DataFrame) -> list[str]:
    if "language" not in sheets.columns:
        return []
    return sorted(set(sheets["language"].dropna().astype(str)))


def _by_declaration(reason: str, declared: str | None) -> tuple[bool, str]:
    if declared is None or not declared.strip():
        return False, reason
    return True, f"{reason}; declared the same by the user: {declared.strip()}"
