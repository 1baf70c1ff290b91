"""Decompositions as correct as LAPACK's, with the other choices that LAPACK is free to make.

Eigenvectors and singular vectors have a sign, and where values are equal any basis of their
space. A processor chooses one; ``other_lapack`` makes numpy and scipy choose another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import numpy as np
import scipy.linalg
from scipy.stats import ortho_group

EQUAL = 1e-9
"""Values whose difference is below this share of the largest are equal."""


def groups(values: np.ndarray) -> Iterator[slice]:
    """Runs of equal values of a sorted array."""
    size = np.abs(values).max(initial=0.0)
    ends = np.flatnonzero(np.abs(np.diff(values)) > EQUAL * size) + 1
    for start, stop in pairwise([0, *ends.tolist(), len(values)]):
        yield slice(start, stop)


class OtherChoices:
    """Wrappers of a library's decompositions; every call makes new choices."""

    def __init__(self, library: Any, kind: str, seed: int) -> None:
        self.kind = kind
        self.rng = np.random.default_rng(seed)
        self.eigh, self.svd, self.qr = library.eigh, library.svd, library.qr
        self.calls = 0

    def basis(self, size: int) -> np.ndarray:
        """Signs, or any orthogonal matrix."""
        self.calls += 1
        signs = np.diag(self.rng.choice([-1.0, 1.0], size=size))
        if self.kind == "signs" or size == 1:
            return signs
        return ortho_group(size, self.rng).rvs() @ signs

    def other_eigh(self, a: Any, *args: Any, **options: Any) -> Any:
        """Eigenvectors in other bases; with kind "order" the pairs also change places."""
        values, vectors = self.eigh(a, *args, **options)
        vectors = vectors.copy()
        for group in groups(values):
            vectors[:, group] = vectors[:, group] @ self.basis(group.stop - group.start)
        if self.kind == "order":
            order = self.rng.permutation(len(values))
            values, vectors = values[order], vectors[:, order]
        return values, vectors

    def other_svd(self, a: Any, *args: Any, **options: Any) -> Any:
        """Singular vectors in other bases; null vectors of both sides on their own."""
        found = self.svd(a, *args, **options)
        if not isinstance(found, tuple):
            return found
        U, s, Vt = (part.copy() for part in found)
        kept = int((s > EQUAL * s.max(initial=0.0)).sum())
        for group in groups(s[:kept]):
            Q = self.basis(group.stop - group.start)
            U[:, group], Vt[group] = U[:, group] @ Q, Q.T @ Vt[group]
        if kept < U.shape[1]:
            U[:, kept:] = U[:, kept:] @ self.basis(U.shape[1] - kept)
        if kept < len(Vt):
            Vt[kept:] = self.basis(len(Vt) - kept) @ Vt[kept:]
        return U, s, Vt

    def other_qr(self, a: Any, *args: Any, **options: Any) -> Any:
        """Columns of Q, and rows of R, of other signs."""
        found = self.qr(a, *args, **options)
        Q, R = found
        signs = self.rng.choice([-1.0, 1.0], size=Q.shape[1])
        return Q * signs, signs[:, None] * R


@contextmanager
def other_lapack(kind: str, seed: int = 1) -> Iterator[OtherChoices]:
    """Make numpy's and scipy's decompositions choose otherwise.

    Parameters
    ----------
    kind : {"signs", "basis", "order"}
        Other signs; any basis where values are equal; this, and eigenvalues in another order.
    seed : int
    """
    others = [OtherChoices(library, kind, seed) for library in (np.linalg, scipy.linalg)]
    with ExitStack() as stack:
        for library, other in zip((np.linalg, scipy.linalg), others, strict=True):
            for name in ("eigh", "svd", "qr"):
                stack.enter_context(patch.object(library, name, getattr(other, f"other_{name}")))
        yield others[0]
