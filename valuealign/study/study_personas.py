"""The personas of a study: in its own words, from a file, or sampled to resemble people."""

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
from valuealign.study.study_file_parts import PersonaSample


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


def _drawn(sample: PersonaSample, folder: Path, seed: int) -> tuple[Persona, ...]:
    margins = {name: _shares(name, shares) for name, shares in sample.margins.items()}
    how: dict[str, Any] = {
        "seed": seed,
        "constant": sample.constant or None,
        "template": sample.template,
    }
    if sample.people is None:
        return sample_personas(margins, sample.n, **how)
    people = _people(folder / sample.people)
    return sample_personas(people, sample.n, rake=margins or None, weight=sample.weight, **how)


def _shares(name: str, margin: Mapping[str, float | str]) -> dict[str, float]:
    """Return shares as written, or in proportion to the named human samples."""
    samples = {category: value for category, value in margin.items() if isinstance(value, str)}
    if not samples:
        return {category: float(share) for category, share in margin.items()}
    if len(samples) < len(margin):
        raise PersonaError(
            f"the margin of {name!r} mixes shares and human samples; write all shares, or name a "
            "sample for every category"
        )
    sizes = {category: load_population(value).n for category, value in samples.items()}
    return {category: n / sum(sizes.values()) for category, n in sizes.items()}


def _people(path: Path) -> Any:
    import pandas as pd

    if path.suffix.lower() != ".csv":
        raise PersonaError(f"{path} is not a CSV file of people; expected a name that ends in .csv")
    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:  # pandas' parser errors are ValueErrors
        raise PersonaError(f"{path} cannot be read as people: {error}") from None
