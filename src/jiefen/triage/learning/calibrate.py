"""Chances that mean what they say: temperature on held-out scores, and the bands of the past. Numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Lower ends of the bands in which past hits are counted and told of."""


def softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Scores (n × kinds) to chances; rows sum to one."""
    z = scores / temperature
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def temperature(scores: np.ndarray, truth: np.ndarray) -> float:
    """The temperature under which held-out truths are least surprising: golden section on its logarithm."""

    def loss(log_t: float) -> float:
        p = softmax(scores, float(np.exp(log_t)))
        return -float(np.log(np.maximum(p[np.arange(len(truth)), truth], 1e-12)).mean())

    low, high, ratio = np.log(0.01), np.log(10.0), (5**0.5 - 1) / 2
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    fa, fb = loss(a), loss(b)
    for _ in range(50):
        if fa < fb:
            high, b, fb = b, a, fa
            a = high - ratio * (high - low)
            fa = loss(a)
        else:
            low, a, fa = a, b, fb
            b = low + ratio * (high - low)
            fb = loss(b)
    return float(np.exp((low + high) / 2))


def band_of(chance: float) -> int:
    """The number of the band a chance falls into."""
    return int(np.searchsorted(BANDS, chance, side="right")) - 1


def bands(chances: np.ndarray, right: np.ndarray) -> list[tuple[int, int]]:
    """(how many, how many right) for each band."""
    at = np.searchsorted(BANDS, chances, side="right") - 1
    return [(int((at == b).sum()), int(right[at == b].sum())) for b in range(len(BANDS))]


def ece(chances: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error with equal-width bins: how far, on average, the chance lies from the share right."""
    if not len(chances):
        return 0.0
    at = np.minimum((chances * bins).astype(int), bins - 1)
    n = np.bincount(at, minlength=bins)
    gap = np.abs(np.bincount(at, weights=chances, minlength=bins) - np.bincount(at, weights=right, minlength=bins))
    return float(gap[n > 0].sum() / len(chances))


def curve(chances: np.ndarray, right: np.ndarray, bins: int = 15) -> list[tuple[float, float, int]]:
    """(mean chance, share right, how many) for each bin that holds something."""
    at = np.minimum((chances * bins).astype(int), bins - 1)
    return [
        (round(float(chances[at == b].mean()), 4), round(float(right[at == b].mean()), 4), int((at == b).sum()))
        for b in range(bins)
        if (at == b).any()
    ]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well guesses meet truths: shares from 0 to 1; `kinds` holds (label, rows, precision, recall, F1)."""

    rows: int
    accuracy: float
    macro_f1: float
    top_two: float
    ece: float
    kinds: tuple[tuple[str, int, float, float, float], ...]


def figures(chances: np.ndarray, truth: np.ndarray, labels: list[str]) -> Figures:
    """Figures of chances (n × kinds) against truths (numbers of labels; -1: a kind the model does not know)."""
    guess = chances.argmax(axis=1)
    right = guess == truth
    two = np.argsort(-chances, axis=1, kind="stable")[:, :2]
    kinds = []
    for k, label in enumerate(labels):
        said, was = guess == k, truth == k
        both = int((said & was).sum())
        if not said.any() and not was.any():
            continue
        precision, recall = both / max(int(said.sum()), 1), both / max(int(was.sum()), 1)
        f1 = 2 * both / (int(said.sum()) + int(was.sum()))
        kinds.append((label, int(was.sum()), round(precision, 4), round(recall, 4), round(f1, 4)))
    return Figures(
        len(truth),
        float(right.mean()) if len(truth) else 0.0,
        float(np.mean([k[4] for k in kinds])) if kinds else 0.0,
        float((two == truth[:, None]).any(axis=1).mean()) if len(truth) else 0.0,
        ece(chances.max(axis=1), right.astype(float)),
        tuple(kinds),
    )
