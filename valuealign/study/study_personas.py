"""The personas of a study: in its own words, from a file, or drawn to be like people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from valuealign.administration.plan.personas import load_personas
from valuealign.administration.plan.personas_sampled import sample_personas
from valuealign.errors import PersonaError
from valuealign.population.load_population import load_population
from valuealign.respondent import Persona
from valuealign.study.study_file import StudyFile
from valuealign.study.study_file_parts import Drawn


def personas_of(file: StudyFile, folder: Path) -> tuple[Persona, ...]:
    """The personas that a study names.

    Parameters
    ----------
    file : StudyFile
    folder : Path
        Where files that it names are looked for.

    Raises
    ------
    PersonaError, DataError
        A file that is none, margins that do not add up, a human sample that is not known.
    """
    if file.persona_file is not None:
        return load_personas(folder / file.persona_file)
    if file.persona_sample is not None:
        return _drawn(file.persona_sample, folder, file.seed)
    return tuple(Persona(p.id, p.text, "text", dict(p.attributes)) for p in file.personas)


def _drawn(drawn: Drawn, folder: Path, seed: int) -> tuple[Persona, ...]:
    margins = {name: _shares(name, given) for name, given in drawn.margins.items()}
    how: dict[str, Any] = {
        "seed": seed,
        "constant": drawn.constant or None,
        "template": drawn.template,
    }
    if drawn.people is None:
        return sample_personas(margins, drawn.n, **how)
    people = _people(folder / drawn.people)
    return sample_personas(people, drawn.n, rake=margins or None, weight=drawn.weight, **how)


def _shares(name: str, given: Mapping[str, float | str]) -> dict[str, float]:
    """Shares as they are written, or as the sizes of the human samples that are named."""
    samples = {category: one for category, one in given.items() if isinstance(one, str)}
    if not samples:
        return {category: float(share) for category, share in given.items()}
    if len(samples) < len(given):
        raise PersonaError(
            f"the margin of {name!r} mixes shares and human samples; write all shares, or name a "
            "sample for every category"
        )
    sizes = {category: load_population(one).n for category, one in samples.items()}
    return {category: n / sum(sizes.values()) for category, n in sizes.items()}


def _people(path: Path) -> Any:
    import pandas as pd

    if path.suffix.lower() != ".csv":
        raise PersonaError(f"{path} is no CSV file of people; expected a name that ends in .csv")
    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:  # pandas' parser errors are ValueErrors
        raise PersonaError(f"{path} cannot be read as people: {error}") from None
