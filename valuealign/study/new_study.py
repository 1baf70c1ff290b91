"""A new study file to begin with: what is written loads, and can be run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from valuealign.errors import InstrumentError, StudyError
from valuealign.instrument.advised_design import advised_design
from valuealign.instrument.load import load_instrument
from valuealign.instrument.write_instrument import write_new, yaml_of
from valuealign.study.load_study import load_study


def write_study(
    path: str | Path,
    instruments: Sequence[str],
    *,
    title: str | None = None,
    models: Sequence[str] = (),
    people: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
    budget: float | None = None,
) -> Path:
    """Write a new study file; an existing file is not overwritten.

    Parameters
    ----------
    path : str or Path
        The new file; its name without the ending is the study's id.
    instruments : sequence of str
        Shipped instruments, or files in the folder of the new file. Each is administered under the
        forms and on the occasions that conclusions about it need.
    title : str, optional
        By default the instruments' names.
    models : sequence of str
        Who is asked; by default whoever ``--model`` names.
    people : mapping of str to str, optional
        Instrument -> the human sample to compare with; by default that of its norms.
    about : mapping of str to str, optional
        Instrument -> the stimuli that it is asked about.
    budget : float, optional
        Most USD to spend on each instrument.

    Returns
    -------
    Path

    Raises
    ------
    StudyError
        What does not fit, or a file that is there already; nothing is written.

    Examples
    --------
    >>> import tempfile
    >>> file = write_study(f"{tempfile.mkdtemp()}/mine.yaml", ["pvq-21"], models=["local"])
    >>> load_study(file)
    <Study mine: pvq-21 x 3>
    """
    path = Path(path)
    content: dict[str, Any] = {
        "id": path.stem,
        "title": title or f"{' and '.join(instruments)} administered to models",
        "instruments": [_part(name, path.parent, about or {}) for name in instruments],
    }
    optional = {"models": list(models), "populations": dict(people or {}), "budget": budget}
    content |= {name: value for name, value in optional.items() if value}
    try:
        write_new(path, yaml_of(content))
    except InstrumentError as error:
        raise StudyError(error.found, hint=error.hint, path=error.path) from None
    try:
        load_study(path)
    except Exception:
        path.unlink()
        raise
    return path


def _part(name: str, folder: Path, about: Mapping[str, str]) -> dict[str, Any]:
    file = folder / name
    is_file = name.endswith((".yaml", ".yml"))
    advised = advised_design(load_instrument(file if is_file else name))
    part = {"instrument": name, "occasions": advised.occasions}
    return part | ({"about": about[name]} if name in about else {})
