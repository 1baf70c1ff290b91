"""Freeze a study: write the hashes of everything that it rests on before data are collected."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from valuealign.arguments import checked
from valuealign.content import content_id
from valuealign.errors import StudyError
from valuealign.shipped import shipped
from valuealign.study.freeze.frozen_file import Earlier, FrozenStudy, read_frozen, write_frozen
from valuealign.study.freeze.study_parts import study_parts
from valuealign.study.load_study import load_study
from valuealign.study.study import Study

_ENDING = ".frozen.json"


@checked
def freeze_study(
    study: Study | str | Path, path: str | Path | None = None, *, replace: bool = False
) -> FrozenStudy:
    """Write the hashes of a study's parts, with time and version, before data are collected.

    :func:`valuealign.run_study` and the report then say whether the study is unchanged.

    Parameters
    ----------
    study : Study, str or Path
        A study, the name of a shipped one, or a file.
    path : str or Path, optional
        The file to write; by default ``NAME.frozen.json`` in the folder of the study, or in the
        working folder for a shipped study.
    replace : bool
        Freeze a study again that was frozen and has changed. The file keeps the earlier times.

    Returns
    -------
    FrozenStudy
        ``.frozen``, ``.valuealign``, ``.hash`` and ``.parts``. A study that is frozen already and
        has not changed keeps its time.

    Raises
    ------
    StudyError
        The study cannot be loaded, was frozen in another state, or the file cannot be written.

    Examples
    --------
    >>> import tempfile, valuealign as va
    >>> folder = tempfile.mkdtemp()
    >>> frozen = va.freeze_study("levkovich-2023-suicide", f"{folder}/frozen.json")
    >>> frozen.study, list(frozen.parts)[:2]
    ('levkovich-2023-suicide', ['design', 'checks'])
    """
    loaded = study if isinstance(study, Study) else load_study(study)
    target = frozen_path(loaded) if path is None else Path(path)
    parts = study_parts(loaded)
    earlier: tuple[Earlier, ...] = ()
    if _exists(target):
        before = read_frozen(target)
        if before.study == loaded.id and before.parts == parts:
            return before
        if not replace:
            raise _frozen_already(before, loaded, parts, target)
        earlier = (*before.earlier, Earlier(frozen=before.frozen, hash=before.hash))
    frozen = FrozenStudy(
        study=loaded.id,
        frozen=datetime.now(UTC).replace(microsecond=0),
        valuealign=version("valuealign"),
        hash=content_id(parts),
        parts=parts,
        earlier=earlier,
    )
    write_frozen(frozen, target)
    return frozen


def frozen_path(study: Study) -> Path:
    """Return where a study's hashes are by default."""
    name = f"{study.path.stem}{_ENDING}"
    is_shipped = study.path.parent == shipped("studies")
    return Path(name) if is_shipped else study.path.with_name(name)


def frozen_of(study: Study, path: str | Path | None = None) -> FrozenStudy | None:
    """Return what was frozen of a study, or None where nothing was.

    Parameters
    ----------
    study : Study
    path : str or Path, optional
        The file; by default where :func:`freeze_study` writes it.

    Raises
    ------
    StudyError
        The file that was named is not there, cannot be read, or is of another study.
    """
    target = frozen_path(study) if path is None else Path(path)
    if path is None and not _exists(target):
        return None
    frozen = read_frozen(target)
    if frozen.study != study.id:
        raise StudyError(
            f"the file freezes {frozen.study!r}",
            expected=f"{study.id!r}",
            hint="name the file of this study with --frozen",
            path=str(target),
        )
    return frozen


def changed_parts(frozen: FrozenStudy, parts: dict[str, str]) -> tuple[str, ...]:
    """Return the parts that differ from what was frozen, absent and new ones included.

    Examples
    --------
    >>> import tempfile, valuealign as va
    >>> frozen = va.freeze_study("levkovich-2023-suicide", f"{tempfile.mkdtemp()}/frozen.json")
    >>> changed_parts(frozen, {**frozen.parts, "checks": "0" * 16, "personas": "0" * 16})
    ('checks', 'personas (new)')
    """
    changed = [
        name if name in parts else f"{name} (gone)"
        for name, value in frozen.parts.items()
        if parts.get(name) != value
    ]
    return (*changed, *(f"{name} (new)" for name in parts if name not in frozen.parts))


def _frozen_already(
    before: FrozenStudy, study: Study, parts: dict[str, str], target: Path
) -> StudyError:
    if before.study != study.id:
        found = f"the file freezes another study, {before.study!r}"
        return StudyError(found, hint="name another file with -o", path=str(target))
    changed = ", ".join(changed_parts(before, parts))
    return StudyError(
        f"{study.id} was frozen on {before.when} and has changed since: {changed}",
        hint="--replace freezes it again and keeps a record of the earlier time",
        path=str(target),
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except (OSError, ValueError):  # a name that is too long for the system, or has a null in it
        return False
