"""Results of contamination probes: one row a probe, and one row an item."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from valuealign.analysis.validity.order_familiarity import OrderLikelihood, order_likelihood
from valuealign.analysis.validity.recall import key_recall, mean_interval, overlap
from valuealign.inquiry.probes import OWN, PUBLISHED

ORDER, COMPLETION, VERBATIM, NAMING, KEY = (
    "order of the items",
    "completion of stems",
    "verbatim stems",
    "naming",
    "key",
)
UNITS = {
    ORDER: "nats a run of items, published over shuffled",
    COMPLETION: "share of the missing words",
    VERBATIM: "share of stems",
    NAMING: "share of groups of statements",
    KEY: "share of items",
}
"""Probe -> the unit of its number."""
Replies = Sequence[Mapping[str, Any]]
Judged = tuple[list[dict[str, Any]], list[dict[str, Any]]]
"""Rows of the table, and rows of the items."""
_NUMBERS = ("value", "ci_lower", "ci_upper", "comparison", "difference", "pvalue")
COLUMNS = ("probe", *_NUMBERS, "n", "unit", "reason")
"""Of a row of the table."""
VERBATIM_AT = 0.95
"""Overlap from which a stem counts as verbatim."""


def completion_results(replies: Replies) -> Judged:
    """Compare the words that a model adds with the published ones."""
    items = [
        {
            "whose": reply["whose"],
            "source": reply["source"],
            "said": reply["said"],
            "number": overlap(str(reply["said"]), str(reply["rest"]), head=str(reply["head"])),
        }
        for reply in replies
    ]
    rows = _beside(COMPLETION, items, lambda number: number)
    return rows + _beside(VERBATIM, items, lambda n: float(n >= VERBATIM_AT)), items


def naming_results(names: Sequence[str], replies: Replies) -> Judged:
    """Count the replies that name the instrument."""
    wanted = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in names), re.IGNORECASE)
    items = [
        {
            "whose": reply["whose"],
            "source": reply["source"],
            "said": reply["said"],
            "number": float(bool(wanted.search(str(reply["said"])))),
        }
        for reply in replies
    ]
    return _beside(NAMING, items, lambda number: number), items


def key_results(replies: Replies) -> Judged:
    """Count the items whose published key the model gives."""
    answered = [None if np.isnan(reply["value"]) else int(reply["value"]) for reply in replies]
    key = [int(reply["answer"]) for reply in replies]
    recall = key_recall(answered, key)
    right = [float(a == k) for a, k in zip(answered, key, strict=True)]
    value, low, high = _share(right)
    row = {
        "probe": KEY,
        "value": value,
        "ci_lower": low,
        "ci_upper": high,
        "unit": UNITS[KEY],
        "comparison": recall["chance"],
        "difference": value - recall["chance"],
        "pvalue": recall["pvalue"],
        "n": len(key),
        "reason": "",
    }
    if answered.count(None) == len(key):
        row = no_number(KEY, f"none of {len(key)} replies is an answer ({replies[0]['outcome']})")
    items = [
        {"whose": PUBLISHED, "source": reply["source"], "said": reply["said"], "number": hit}
        for reply, hit in zip(replies, right, strict=True)
    ]
    return [row], items


def order_results(replies: Replies) -> tuple[dict[str, Any], OrderLikelihood | None]:
    """Compare the log-likelihood of the published order with those of shuffled orders."""
    silent = [reply for reply in replies if not np.isfinite(reply["value"])]
    if silent:
        return no_number(
            ORDER,
            f"{len(silent)} of {len(replies)} texts have no log-likelihood "
            f"({silent[0]['outcome']}): "
            "the endpoint does not echo the log-probabilities of a prompt; ask a server that does, "
            "such as vLLM, with --base-url",
        ), None
    own = {reply["shard"]: reply["value"] for reply in replies if reply["shuffle"] == 0}
    shuffled = [
        [reply["value"] for reply in replies if reply["shard"] == shard and reply["shuffle"]]
        for shard in own
    ]
    likelihood = order_likelihood(list(own.values()), shuffled)
    gains = np.array(list(own.values())) - np.mean(shuffled, axis=1)
    mean, low, high = mean_interval(gains.tolist())
    row = no_number(ORDER, "") | {
        "value": mean,
        "ci_lower": low,
        "ci_upper": high,
        "comparison": 0.0,
        "difference": mean,
        "pvalue": likelihood.permutation_pvalue,
        "n": likelihood.n_shards,
    }
    return row, likelihood


def _beside(
    probe: str, items: Sequence[Mapping[str, Any]], number: Callable[[float], float]
) -> list[dict[str, Any]]:
    """Compare published with own sentences, item by item where both are there."""
    from scipy.stats import ttest_1samp

    by = {
        whose: {i["source"]: number(float(i["number"])) for i in items if i["whose"] == whose}
        for whose in (PUBLISHED, OWN)
    }
    mine, other = list(by[PUBLISHED].values()), list(by[OWN].values())
    interval = mean_interval(mine) if probe == COMPLETION else _share(mine)
    row = no_number(probe, "") | dict(zip(("value", "ci_lower", "ci_upper"), interval, strict=True))
    row["n"] = len(mine)
    if not other:
        return [row]
    row["comparison"] = float(np.mean(other))
    row["difference"] = float(np.mean(mine)) - row["comparison"]
    gaps = [by[PUBLISHED][k] - by[OWN][k] for k in by[PUBLISHED] if k in by[OWN]]
    if len(gaps) > 1 and np.ptp(gaps) > 0:
        row["pvalue"] = float(ttest_1samp(gaps, 0, alternative="greater").pvalue)
    elif gaps:
        row["pvalue"] = 0.5 ** len(gaps) if gaps[0] > 0 else 1.0
    return [row]


def _share(hits: Sequence[float]) -> tuple[float, float, float]:
    from scipy.stats import binomtest

    if not hits:
        return (float("nan"),) * 3
    interval = binomtest(int(sum(hits)), len(hits)).proportion_ci(method="wilson")
    return float(np.mean(hits)), float(interval.low), float(interval.high)


def no_number(probe: str, reason: str) -> dict[str, Any]:
    """Return the row of a probe without a number, and why there is none."""
    return {
        "probe": probe,
        **dict.fromkeys(_NUMBERS, float("nan")),
        "n": 0,
        "unit": UNITS[probe],
        "reason": reason,
    }
