"""ROUGE: how many words, pairs of words and words in order two texts share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

Score = tuple[float, float, float]
"""Precision, recall and their harmonic mean."""

# Scripts that put no blanks between words: each character counts as a word.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")


def words(text: str) -> list[str]:
    """Return a text's words in lower case, without punctuation.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
        Letters and digits of any script; of scripts without blanks each character.

    Examples
    --------
    >>> words("She's well - 2 days on.")
    ['she', 's', 'well', '2', 'days', 'on']
    """
    return _WORD.findall(text.lower())


def rouge_n(text: Sequence[str], reference: Sequence[str], n: int) -> Score:
    """Return the overlap of runs of n words.

    Parameters
    ----------
    text, reference : sequence of str
        Words.
    n : int

    Returns
    -------
    precision, recall, f1 : float
        Shares of the text's and of the reference's runs; 0 where there are none.

    Examples
    --------
    >>> rouge_n(["a", "b", "c"], ["a", "b"], 1)
    (0.6666666666666666, 1.0, 0.8)
    """
    ours, theirs = _runs(text, n), _runs(reference, n)
    shared = sum((ours & theirs).values())
    return _score(shared, sum(ours.values()), sum(theirs.values()))


def rouge_l(text: Sequence[str], reference: Sequence[str]) -> Score:
    """Return the overlap by the longest sequence of words that both have in that order.

    Parameters
    ----------
    text, reference : sequence of str
        Words.

    Returns
    -------
    precision, recall, f1 : float

    Examples
    --------
    >>> rouge_l(["a", "x", "b"], ["a", "b"])[1]
    1.0
    """
    return _score(longest_common(text, reference), len(text), len(reference))


def longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the length of the longest common subsequence.

    Notes
    -----
    One addition of long whole numbers per word of ``b``, whose bits are the words of ``a``.

    References
    ----------
    Hyyro, H. (2004). Bit-parallel LCS-length computation revisited. Proceedings of the 15th
    Australasian Workshop on Combinatorial Algorithms, 16-27.

    Examples
    --------
    >>> longest_common("abcbdab", "bdcaba")
    4
    """
    places: dict[str, int] = {}
    for k, word in enumerate(a):
        places[word] = places.get(word, 0) | 1 << k
    every = (1 << len(a)) - 1
    state = every
    for word in b:
        matched = state & places.get(word, 0)
        state = ((state + matched) | (state - matched)) & every
    return len(a) - state.bit_count()


def _runs(text: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(text[k : k + n]) for k in range(len(text) - n + 1))


def _score(shared: int, ours: int, theirs: int) -> Score:
    precision = shared / ours if ours else 0.0
    recall = shared / theirs if theirs else 0.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0
