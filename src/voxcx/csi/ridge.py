"""Ridge regression on wide, sparse rows: one pass gives every strength, and scores of rows that it has not seen.

min_b Σ_i w_i (y_i − ȳ − (x_i − x̄)·b)² + λ‖b‖², with weighted means and weights of mean 1. Its dual is (A Aᵀ + λ) a = r
with A = √w (X − x̄) and r = √w (y − ȳ); b = Aᵀ a. Lanczos' method from r, with full reorthogonalisation, makes A Aᵀ
tridiagonal, and there the system is solved for all λ at once (Golub and Van Loan, Matrix Computations, ch. 10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh_tridiagonal

from voxcx.csi.answers import Floats, Integers

Matrix = Any  # an array, or scipy's csr_matrix, which has no types
Rows = Callable[[Integers], Matrix]  # which rows → their matrix
STRENGTHS = tuple(float(10**power) for power in np.arange(-3.0, 2.01, 0.25))
STEPS = 60  # from strength 0.01 on the solution is exact to the sixth digit; below it, stopping early shrinks it too
SMALLEST = 1e-9
BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class Rated:
    """Answers of all rows: the mean one [n], what a row counts [n], its fold [n]."""

    target: Floats
    weight: Floats
    folds: Integers


@dataclass(frozen=True, slots=True)
class Ridge:
    """base + x · coefficients."""

    coefficients: Floats
    base: float

    def score(self, matrix: Matrix) -> Floats:
        """[n]."""
        return self.base + np.asarray(matrix @ self.coefficients, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Path:
    """Ridges of all strengths: coefficients [columns, strengths], bases [strengths]."""

    coefficients: Floats
    bases: Floats

    def scores(self, matrix: Matrix) -> Floats:
        """[n, strengths]."""
        return self.bases + np.asarray(matrix @ self.coefficients, dtype=np.float64)

    def at(self, place: int) -> Ridge:
        """One of them."""
        return Ridge(np.ascontiguousarray(self.coefficients[:, place]), float(self.bases[place]))


@dataclass(frozen=True, slots=True)
class Centred:
    """√w (X − x̄) as an operator: X stays sparse."""

    matrix: Matrix
    root: Floats
    mean: Floats

    def times(self, vector: Floats) -> Floats:
        """A v."""
        product: Floats = self.root * (self.matrix @ vector - (self.mean * vector).sum())
        return product

    def back(self, vectors: Floats) -> Floats:
        """Aᵀ u of each column u."""
        weighted = self.root[:, np.newaxis] * vectors
        product: Floats = self.matrix.T @ weighted - np.outer(self.mean, weighted.sum(axis=0))
        return product


def fit_path(matrix: Matrix, target: Floats, weight: Floats) -> Path:
    """A ridge for each of STRENGTHS.

    Args:
        matrix: [n, columns], sparse or dense.
        target: [n].
        weight: [n].
    """
    weight = weight / weight.mean()
    mean = np.asarray(matrix.T @ weight, dtype=np.float64) / len(weight)
    middle = float(weight @ target) / len(weight)
    operator = Centred(matrix, np.sqrt(weight), mean)
    start = operator.root * (target - middle)
    basis, diagonal, beside = _lanczos(operator, start)
    values, vectors = eigh_tridiagonal(diagonal, beside)
    shrunk = vectors[0][:, np.newaxis] / (np.maximum(values, 0.0)[:, np.newaxis] + np.array(STRENGTHS))
    coefficients = operator.back(basis.T @ (vectors @ shrunk) * np.linalg.norm(start))
    return Path(coefficients, middle - mean @ coefficients)


def out_of_fold(rows: Rows, present: Integers, sample: Integers, rated: Rated) -> tuple[Ridge, Floats]:
    """A ridge from the rows of ``sample``, and a score of every row from a ridge that saw nothing of its fold.

    Args:
        rows: gives the matrix of some rows.
        present: rows that have a score; the others' is NaN.
        sample: rows to learn from, some of the present ones.
        rated: answers of all rows.

    The strength is the one whose held-out scores of the sample lie nearest to the answers.
    """
    matrix = rows(sample)
    target, weight, fold = rated.target[sample], rated.weight[sample], rated.folds[sample]
    paths, loss = {}, np.zeros(len(STRENGTHS))
    for number in np.unique(rated.folds).tolist():
        kept, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        paths[number] = fit_path(matrix[kept], target[kept], weight[kept])
        loss += weight[held] @ (paths[number].scores(matrix[held]) - target[held, np.newaxis]) ** 2
    best = int(np.argmin(loss))
    scores = np.full(len(rated.target), np.nan)
    for some in _blocks(present):
        made, folds = rows(some), rated.folds[some]
        for number in np.unique(folds).tolist():
            own = np.flatnonzero(folds == number)
            scores[some[own]] = paths[number].at(best).score(made[own])
    return fit_path(matrix, target, weight).at(best), scores


def _lanczos(operator: Centred, start: Floats) -> tuple[Floats, Floats, Floats]:
    """Orthonormal rows [k, n], and the diagonal [k] and its neighbour [k − 1] of A Aᵀ among them."""
    steps = max(1, min(STEPS, len(start) - 1))
    basis, diagonal, beside = np.zeros((steps, len(start))), np.zeros(steps), np.zeros(steps)
    vector, length = start, float(np.linalg.norm(start))
    for k in range(steps):
        basis[k] = vector / (length or 1.0)
        vector = operator.times(operator.back(basis[k][:, np.newaxis])[:, 0])
        diagonal[k] = basis[k] @ vector
        for _ in range(2):  # twice is enough (Kahan)
            vector = vector - basis[: k + 1].T @ (basis[: k + 1] @ vector)
        beside[k] = length = float(np.linalg.norm(vector))
        if length <= SMALLEST * diagonal[0]:  # the space is exhausted
            steps = k + 1
            break
    return basis[:steps], diagonal[:steps], beside[: steps - 1]


def _blocks(rows: Integers) -> Iterator[Integers]:
    for first in range(0, len(rows), BLOCK):
        yield rows[first : first + BLOCK]
