"""Symmetric matrices in arrow form: groups are linked only by the parameters that they share.

Each group's own block is eliminated by Cholesky, which leaves one small Schur complement over the
shared parameters. A ten-group scalar model becomes ten problems of a group's size and one of the
size of its loadings and intercepts, instead of one problem of the total size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dtrtrs

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def cholesky(matrix: FloatArray) -> FloatArray:
    """Return the lower Cholesky factor.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the matrix is not positive definite.
    """
    if not len(matrix):
        return matrix
    factor, info = dpotrf(matrix, lower=1, clean=1)
    if info != 0 or not np.isfinite(factor[-1, -1]):
        raise np.linalg.LinAlgError("not positive definite")
    return np.asarray(factor)


def _forward(factor: FloatArray, right: FloatArray) -> FloatArray:
    return _triangular(factor, right, 0)


def _backward(factor: FloatArray, right: FloatArray) -> FloatArray:
    return _triangular(factor, right, 1)


def _triangular(factor: FloatArray, right: FloatArray, transposed: int) -> FloatArray:
    """Solve with a lower factor or its transpose; scipy's wrapper costs more than the work."""
    if not factor.size or not right.size:
        return right
    out, info = dtrtrs(factor, right, lower=1, trans=transposed)
    if info != 0:
        raise np.linalg.LinAlgError("singular factor")
    return np.asarray(out).reshape(right.shape)


@dataclass(frozen=True, eq=False)
class Arrow:
    """The parameters of each group and those that groups share.

    Attributes
    ----------
    size : int
        The number of parameters.
    local : list of int array
        The parameters of each group.
    """

    size: int
    local: Sequence[IntArray]

    def parts(self) -> tuple[IntArray, list[IntArray], list[IntArray]]:
        """Return the shared parameters, and the positions of own and shared ones by group."""
        counts = np.zeros(self.size, dtype=np.intp)
        for places in self.local:
            counts[places] += 1
        shared = np.flatnonzero(counts > 1)
        own = [np.flatnonzero(counts[places] == 1) for places in self.local]
        common = [np.flatnonzero(counts[places] > 1) for places in self.local]
        return shared, own, common

    def factor(self, blocks: Sequence[FloatArray]) -> ArrowFactor:
        """Factor the sum of the groups' blocks.

        Raises
        ------
        numpy.linalg.LinAlgError
            Where the whole is not positive definite.
        """
        shared, own, common = self.parts()
        schur = np.zeros((len(shared), len(shared)))
        corners, arms, owners, joints = [], [], [], []
        for places, block, mine, ours in zip(self.local, blocks, own, common, strict=True):
            whole = len(mine) == len(block)
            corner = cholesky(block if whole else block[np.ix_(mine, mine)])
            arm = _forward(corner, block[np.ix_(mine, ours)])
            joint = np.searchsorted(shared, places[ours])
            if len(joint):
                schur[np.ix_(joint, joint)] += block[np.ix_(ours, ours)] - arm.T @ arm
            corners.append(corner)
            arms.append(arm)
            owners.append(places[mine])
            joints.append(joint)
        return ArrowFactor(self.size, shared, owners, joints, corners, arms, cholesky(schur))

    def dense(self, blocks: Sequence[FloatArray]) -> FloatArray:
        """Return the sum of the groups' blocks as one matrix."""
        out = np.zeros((self.size, self.size))
        for places, block in zip(self.local, blocks, strict=True):
            out[np.ix_(places, places)] += block
        return out


@dataclass(frozen=True, eq=False)
class ArrowFactor:
    """The Cholesky factors of an arrow matrix."""

    size: int
    shared: IntArray
    own: list[IntArray]
    joint: list[IntArray]
    corner: list[FloatArray]
    arm: list[FloatArray]
    schur: FloatArray

    def solve(self, right: FloatArray) -> FloatArray:
        """Return the inverse times a vector or a matrix of columns."""
        out = np.zeros(right.shape)
        halves = []
        middle = right[self.shared].copy()
        for own, joint, corner, arm in zip(
            self.own, self.joint, self.corner, self.arm, strict=True
        ):
            half = _forward(corner, right[own])
            halves.append(half)
            if len(joint):
                middle[joint] -= arm.T @ half
        middle = _backward(self.schur, _forward(self.schur, middle))
        out[self.shared] = middle
        for half, own, joint, corner, arm in zip(
            halves, self.own, self.joint, self.corner, self.arm, strict=True
        ):
            out[own] = _backward(corner, half - arm @ middle[joint] if len(joint) else half)
        return out

    def diagonal(self) -> FloatArray:
        """Return the diagonal of the inverse."""
        out = np.zeros(self.size)
        root = _forward(self.schur, np.eye(len(self.shared)))
        out[self.shared] = np.einsum("ij,ij->j", root, root)
        for own, joint, corner, arm in zip(
            self.own, self.joint, self.corner, self.arm, strict=True
        ):
            inverse = _forward(corner, np.eye(len(own)))
            out[own] = np.einsum("ij,ij->j", inverse, inverse)
            if len(joint):
                across = root[:, joint] @ (arm.T @ inverse)
                out[own] += np.einsum("ij,ij->j", across, across)
        return out

    def block(self, g: int) -> tuple[IntArray, FloatArray]:
        """Return one group's parameters (its own, then shared) and their block of the inverse."""
        own, joint, corner, arm = self.own[g], self.joint[g], self.corner[g], self.arm[g]
        inverse = _forward(corner, np.eye(len(own)))
        root = _forward(self.schur, np.eye(len(self.shared)))[:, joint]
        across = root @ (arm.T @ inverse) if len(joint) else np.zeros((len(root), len(own)))
        top = inverse.T @ inverse + across.T @ across
        side = -across.T @ root
        places = np.concatenate([own, self.shared[joint]])
        return places, np.block([[top, side], [side.T, root.T @ root]])

    def inverse(self) -> FloatArray:
        """Return the whole inverse; its memory grows with the square of the parameters."""
        return self.solve(np.eye(self.size))
