"""The result of a style analysis: tables by model, one for each bias."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from valuealign.analysis.result_display import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ResponseStyle(Shown):
    """Response biases by kind and model.

    Attributes
    ----------
    indices : DataFrame
        By model: elevation, spread, extremity, midpoint, agreement, non-differentiation.
    effects : DataFrame
        By model, factor and level: mean shift with an interval over items (or their clusters),
        and the correlation of the items' means under both levels (``r``: for ``direction`` the
        reversal correlation). The probe of position and token bias.
    opposed : DataFrame or None
        By model: acquiescence from opposed stems. The probe of acquiescence.
    directional : DataFrame or None
        By scale: what of the variance between respondents is lean, where items are keyed both
        ways.
    variance : DataFrame
        By model: shares of its responses' variance that are items (what it tells apart), forms,
        and items under forms with error: ``items forms items_by_forms``; ``bias`` is the last two.
    elevation : Series
        ``models`` and ``people``: share of between-respondent variance of scale scores that is
        elevation.
    missing : DataFrame
        By model and condition: shares refused, unreadable, failed, with an interval over responses
        for all three together (Wilson's), and ``mean lowest highest``: the mean of what was
        answered, and what it would be if every other response were at either end of the scale.
    uncertainty : DataFrame or None
        By model, where log-probabilities were had: entropy of the options (in nats), mass on
        options, each with its interval over items.
    unavailable : dict of str to str
        What could not be had, and what would give it.
    flags : frozenset of str
    intervals : DataFrame
        By model and index: ``value ci_lower ci_upper over``, the unit each interval is over, and
        ``people``, the same of the human sample where its frequencies are known.
    sensitivity : DataFrame
        By model: how often two answers to an item agree between forms and within one, and how far
        apart they are: what the prompt does to single answers.
    missing_items : DataFrame
        By model and item: shares refused, unreadable, failed, of those that have any.
    sample : str
        The human sample; empty where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> long = pd.DataFrame({"model": "m", "item": ["a", "b"], "value": [1.0, 6.0]})
    >>> float(va.response_style(long, scale=(1, 6)).indices.loc["m", "extremity"])
    1.0
    """

    indices: pd.DataFrame
    effects: pd.DataFrame
    opposed: pd.DataFrame | None
    directional: pd.DataFrame | None
    variance: pd.DataFrame
    elevation: pd.Series[float]
    missing: pd.DataFrame
    uncertainty: pd.DataFrame | None
    unavailable: dict[str, str] = field(default_factory=dict)
    flags: frozenset[str] = field(default=frozenset())
    intervals: pd.DataFrame = field(kw_only=True)
    sensitivity: pd.DataFrame = field(kw_only=True)
    missing_items: pd.DataFrame = field(kw_only=True)
    sample: str = field(default="", kw_only=True)
