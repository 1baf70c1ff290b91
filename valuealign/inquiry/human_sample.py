"""The human sample to compare with: the named one, or the first of the instrument's norms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.style.style_indices import response_values
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.population.load_population import load_population
from valuealign.population.population import Population

if TYPE_CHECKING:
    import pandas as pd


def human_sample(
    people: str | Path | Population | None, instrument: Instrument
) -> Population | None:
    """Return the named sample, or the first of the instrument's norms.

    Parameters
    ----------
    people : str, Path, Population or None
    instrument : Instrument

    Returns
    -------
    Population or None

    Raises
    ------
    DataError
        A sample of another instrument, or none of that name.

    Examples
    --------
    >>> import valuealign as va
    >>> human_sample(None, va.load_instrument("pvq-21")).id
    'pvq21-de-ess9'
    """
    if isinstance(people, Population):
        sample = people
    elif people is not None:
        sample = load_population(people)
    else:
        named = [n.population for n in instrument.norms if n.population]
        if not named:
            return None
        sample = load_population(named[0])
    if sample.instrument != instrument.id:
        raise DataError(f"{sample.id} is of {sample.instrument}, not of {instrument.id}")
    return sample


def human_indices(sample: Population | None, ends: tuple[float, float]) -> dict[str, float]:
    """How people use the response scale, from how many gave each code.

    Parameters
    ----------
    sample : Population or None
    ends : tuple of float
        Lowest and highest code.

    Returns
    -------
    dict of str to float
        ``elevation extremity midpoint agreement``; empty where the frequencies are not known.
    """
    counts: pd.DataFrame | None = None if sample is None else sample.frequencies
    if counts is None or not len(counts):
        return {}
    values: Any = counts.to_numpy(float)
    codes = np.asarray(counts.columns, dtype=float)
    share = values.sum(axis=0) / values.sum()
    return {name: float(share @ each) for name, each in response_values(codes, *ends).items()}
