"""Recall of an instrument: does a model know its words and its key?"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

import numpy as np

from valuealign.errors import DataError

NOTHING = (float("nan"),) * 3


def overlap(said: str, missing: str, *, head: str = "") -> float:
    """Share of a sentence's missing half that a continuation contains, in order.

    Parameters
    ----------
    said : str
        The continuation.
    missing : str
        The words that are missing.
    head : str
        The words that were shown; a reply that first repeats them is not penalised.

    Returns
    -------
    float
        The longest common subsequence of words over the number of missing words, looking at no
        more words of the continuation than are missing: 1 is verbatim.

    Raises
    ------
    DataError
        No word is missing.

    Examples
    --------
    >>> overlap("they own, instead of borrowing.", "their own instead of borrowing one")
    0.6666666666666666
    >>> overlap("To be rich is a good thing", "is a good thing", head="To be rich")
    1.0
    """
    wanted, words, first = _words(missing), _words(said), _words(head)
    if not wanted:
        raise DataError("no word is missing; there is nothing to continue")
    if first and words[: len(first)] == first:
        words = words[len(first) :]
    return _common(words[: len(wanted)], wanted) / len(wanted)


def mean_interval(values: Sequence[float], *, level: float = 0.95) -> tuple[float, float, float]:
    """Mean over items, with its t interval (other items, this respondent).

    Parameters
    ----------
    values : sequence of float
    level : float

    Returns
    -------
    mean, lower, upper : float
        NaN where there are none; the interval is NaN for one.

    Examples
    --------
    >>> [round(x, 3) for x in mean_interval([0.0, 1.0, 1.0, 0.0])]
    [0.5, -0.419, 1.419]
    """
    from scipy.stats import t

    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if not len(x):
        return NOTHING
    mean = float(x.mean())
    if len(x) < 2:
        return mean, float("nan"), float("nan")
    reach = float(t.ppf(0.5 + level / 2, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x)))
    return mean, mean - reach, mean + reach


def key_recall(
    answered: Sequence[Hashable], key: Sequence[Hashable], *, draws: int = 9999, seed: int = 0
) -> dict[str, float]:
    """Test whether answers match a key more often than their own distribution implies.

    Parameters
    ----------
    answered : sequence
        What was answered to each item; ``None`` counts as wrong.
    key : sequence
        What is right.
    draws : int
        Permutations of the key over the items.
    seed : int

    Returns
    -------
    dict
        ``right`` (share), ``chance`` (expected share of these answers under a permuted key, so
        that always naming the most frequent value gains nothing), ``pvalue`` (one-sided), ``n``.

    Raises
    ------
    DataError
        Other lengths, or no item.

    Notes
    -----
    Items are the trials, because several occasions of one model are not independent. The
    expectation is exact, the p value by permutation.

    Examples
    --------
    >>> found = key_recall(list("aabbccdd"), list("aabbccdd"))
    >>> found["right"], found["chance"], found["pvalue"] < 0.01
    (1.0, 0.25, True)
    """
    if len(answered) != len(key) or not len(key):
        raise DataError(f"{len(answered)} answers and {len(key)} keys; expected as many of both")
    names = list(dict.fromkeys(key))
    place = {name: k for k, name in enumerate(names)}
    right = np.array([place[name] for name in key])
    said = np.array([place.get(name, -1) for name in answered])
    n = len(key)
    rng = np.random.default_rng(seed)
    hits = int((said == right).sum())
    permuted_hits = (rng.permuted(np.tile(right, (draws, 1)), axis=1) == said).sum(axis=1)
    counts = np.bincount(right, minlength=len(names))
    chance = float(sum(counts[s] for s in said if s >= 0)) / n**2
    p = (1 + int((permuted_hits >= hits).sum())) / (1 + draws)
    return {"right": hits / n, "chance": chance, "pvalue": p, "n": float(n)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for word in a:
        before = 0
        for k, other in enumerate(b, start=1):
            here = row[k]
            row[k] = before + 1 if word == other else max(row[k], row[k - 1])
            before = here
    return row[-1]
