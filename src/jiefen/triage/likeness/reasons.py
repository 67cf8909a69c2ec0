"""Why two tellings may be the same, in words people use."""

from collections.abc import Callable, Collection

from jiefen.triage.likeness.pairs import RUN


def words(
    text: str, shared: Collection[int], weight: Callable[[int], float], number: Callable[[str], int], most: int = 4
) -> list[str]:
    """The words of a text that another has too: runs of shared pairs that count, the weightiest first, none within another."""
    found: dict[str, float] = {}
    for run in RUN.findall(text):
        start = None
        for n in range(len(run)):
            hit = n < len(run) - 1 and (pair := number(run[n : n + 2])) in shared and weight(pair) > 0
            if hit and start is None:
                start = n
            if not hit and start is not None:
                word = run[start : n + 1][:12]
                found[word] = max(
                    found.get(word, 0.0), sum(weight(number(word[k : k + 2])) for k in range(len(word) - 1))
                )
                start = None
    chosen: list[str] = []
    for word in sorted(found, key=lambda w: (-found[w], w)):
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == most:
            break
    return chosen
