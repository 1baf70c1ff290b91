"""Centring on the respondent's mean rating, and the analyses that take centred scores."""

from __future__ import annotations

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument

_CENTRED = (
    "correlations",
    "group means",
    "single predictor",
    "outcome",
    "multidimensional scaling",
)
_RAW = (
    "several predictors",
    "confirmatory factor analysis",
    "structural equation model",
    "discriminant analysis",
    "canonical analysis",
    "multidimensional scaling",
    "reliability",
)


def check_centring(instrument: Instrument, centre: str | None) -> None:
    """Raise an error for a centring that the instrument's rules do not allow.

    Raises
    ------
    DataError
        With what the instrument allows.
    """
    if centre is not None and centre not in instrument.scoring.centring:
        allowed = ", ".join(instrument.scoring.centring) or "none"
        raise DataError(
            f"the scoring rules of {instrument.id} have no centring {centre!r} (allowed: {allowed})"
        )


def permits(instrument: Instrument, centre: str | None) -> tuple[str, ...]:
    """Return the analyses that the instrument's rules allow with scores centred this way.

    Where an instrument has no centring its raw scores serve every analysis.

    References
    ----------
    Schwartz's coding and analysis instructions for the PVQ-RR (June 2021).

    Examples
    --------
    >>> import valuealign as va
    >>> "structural equation model" in permits(va.load_instrument("pvq-rr"), "mrat")
    False
    """
    if not instrument.scoring.centring:
        return (*_CENTRED, *(name for name in _RAW if name not in _CENTRED))
    return _CENTRED if centre else _RAW
