"""What an administration is about, as columns of its design; texts do not become columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_ROWS = ("stimulus", "stimulus_base")
_TRUTH = "stimulus_truth"


def stimulus_columns(content: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of one stimulus.

    Parameters
    ----------
    content : mapping
        The stimulus as the store keeps it.

    Returns
    -------
    dict
        ``stimulus`` (its id), ``stimulus_set``, ``stimulus_base``, ``stimulus_variant``; factors,
        categories and numbers as ``stimulus_NAME``; truth as ``stimulus_truth_NAME``.

    Examples
    --------
    >>> of = stimulus_columns({"set": "s", "id": "a.high", "base": "a",
    ...                        "conditions": {"burden": "high"}, "truth": {"risk": "yes"}})
    >>> of["stimulus"], of["stimulus_variant"], of["stimulus_burden"], of["stimulus_truth_risk"]
    ('a.high', 'original', 'high', 'yes')
    """
    facts = {**(content.get("conditions") or {}), **(content.get("numbers") or {})}
    return {
        "stimulus": content["id"],
        "stimulus_set": content["set"],
        "stimulus_base": content["base"],
        "stimulus_variant": content.get("variant") or "original",
        **{f"stimulus_{name}": value for name, value in facts.items()},
        **{f"{_TRUTH}_{name}": value for name, value in (content.get("truth") or {}).items()},
    }


def stimulus_conditions(frame: pd.DataFrame) -> list[str]:
    """The columns of stimuli that are conditions: set, variant, factors and categories.

    Two of their values are two conditions of one model, which no analysis pools unless that is
    declared. Stimuli and base texts are rows, and numbers and truth are data.

    Examples
    --------
    >>> import pandas as pd
    >>> stimulus_conditions(pd.DataFrame({"stimulus_base": ["a"], "stimulus_burden": ["high"],
    ...                                   "stimulus_age": [3], "stimulus_truth_risk": ["yes"]}))
    ['stimulus_burden']
    """
    return [
        name
        for name in map(str, frame.columns)
        if name.startswith("stimulus_")
        and name not in _ROWS
        and not name.startswith(_TRUTH)
        and frame[name].dtype.kind not in "iuf"
    ]
