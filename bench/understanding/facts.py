"""How well facts are found: made-up people and figures in real sentences. `python -m bench.understanding.facts` prints the table.

`--fit` fits the table of weights by which names are weighed anew, on the tuning sentences only.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from datetime import date

from bench.understanding import facts_texts
from jiefen.triage.facts import draw

MANY, SEED = 3_000, 11
FIGURES_MANY, FIGURES_SEED = 1_500, 23
ON = date(2026, 11, 22)
MUST = {"names": 93.0, "touched": 1.0, "cpu": 1.0}
Row = tuple[str, str, str, bool | None]
_WORD = {"phone": "电话", "identity": "证件号", "amount": "金额", "plate": "车牌", "count": "人数"}


def measure(part: str = "judge", many: int = MANY) -> list[Row]:
    """(what, figure, what it must reach, reached) of the judging sentences. Raises FileNotFoundError where they are not here."""
    return [*_names(part, many), *_figures(part, min(FIGURES_MANY, many)), _cpu(part)]


def _names(part: str, many: int) -> list[Row]:
    found, all_of, exact, touched, others = Counter[str](), Counter[str](), 0, 0, 0
    for made in facts_texts.named(part, many, SEED):
        people = [(f.start, f.end) for f in draw(made.text).of("person")]
        covered = {i for s, e in people for i in range(s, e)}
        put = [(s, e, form) for kind, s, e, form in made.put if kind == "person"]
        own = {i for s, e, _ in put for i in range(s, e)}
        touched += len(covered - own)
        others += len(made.text) - len(own)
        for start, end, form in put:
            whole = covered.issuperset(range(start, end))
            for name in ("all", f"form {form}", f"slot {made.form}"):
                all_of[name] += 1
                found[name] += whole
            exact += (start, end) in people
    rate = 100 * found["all"] / all_of["all"]
    loose = 100 * touched / others
    rows = [
        (
            "姓名：找全的",
            f"{found['all']} / {all_of['all']} = {rate:.2f} %",
            f"≥ {MUST['names']} %",
            bool(rate >= MUST["names"]),
        ),
        ("姓名：起止分毫不差", f"{exact} / {all_of['all']} = {100 * exact / all_of['all']:.2f} %", "", None),
        (
            "其他字被碰到的",
            f"{touched} / {others} = {loose:.2f} %",
            f"< {MUST['touched']} %",
            bool(loose < MUST["touched"]),
        ),
    ]
    return rows + [
        (f"  {name}", f"{found[name]} / {all_of[name]} = {100 * found[name] / all_of[name]:.1f} %", "", None)
        for name in sorted(all_of) if name != "all"
    ]  # fmt: skip


def _figures(part: str, many: int) -> list[Row]:
    right, there, all_of = Counter[str](), Counter[str](), Counter[str]()
    for made in facts_texts.figured(part, many, FIGURES_SEED):
        kind, start, end, value = made.put[0]
        all_of[kind] += 1
        hits = [f for f in draw(made.text).of(kind) if f.start < end and start < f.end]
        there[kind] += any(f.start <= start and end <= f.end for f in hits)
        right[kind] += any(f.value == value for f in hits)
    return [
        (
            f"{_WORD[kind]}：值对的",
            f"{right[kind]} / {n} = {100 * right[kind] / n:.2f} %（位置全的 {there[kind]}）",
            "",
            "",
        )
        for kind, n in sorted(all_of.items())
    ]


def _cpu(part: str) -> Row:
    texts = [made.text for made in facts_texts.named(part, 400, SEED + 1) if len(made.text) >= 100]
    for text in texts[:20]:
        draw(text, on=ON)
    begun = time.process_time()
    for text in texts:
        draw(text, on=ON)
    each = (time.process_time() - begun) * 1000 / sum(map(len, texts)) * 300
    return "抽取300字的CPU", f"{each:.2f} ms", f"≤ {MUST['cpu']} ms", bool(each <= MUST["cpu"])


def fit(many: int = 9_000) -> int:
    """Fit the weights of names on the tuning sentences and write the table. Returns how many weights it has."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    from jiefen.kernel.names.candidates import candidates, cut
    from jiefen.kernel.names.lists import COMMON, DOUBTFUL, RARE
    from jiefen.kernel.names.weighing import TABLE

    signs: list[tuple[str, ...]] = []
    is_name: list[bool] = []
    for made in facts_texts.named("tune", many, 7):
        put = {(s, e) for kind, s, e, _ in made.put if kind == "person"}
        for one in candidates(cut(made.text)):
            signs.append(one.signs)
            is_name.append((one.start, one.end) in put)
    often = Counter(sign for one in signs for sign in one)
    number = {sign: n for n, sign in enumerate(sorted(s for s, times in often.items() if times >= 25))}
    columns = [[number[s] for s in dict.fromkeys(one) if s in number] for one in signs]
    ends = np.cumsum([0, *map(len, columns)])
    flat = [c for one in columns for c in one]
    table = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(signs), len(number)))
    names = np.array(is_name)
    # A quarter of what is no name, four times as heavy: the same answer in a quarter of the time.
    kept = names | (np.random.RandomState(0).rand(len(names)) < 0.25)
    model = LogisticRegression(C=0.5, max_iter=120).fit(
        table[kept], names[kept], sample_weight=np.where(names[kept], 1, 4.0)
    )
    weights = {sign: round(float(model.coef_[0][n]), 2) for sign, n in number.items()}
    # A rare surname that no made-up person bears would only be learnt as something that is never one.
    unseen = {f"s={c}" for c in COMMON | RARE if c not in facts_texts.SURNAMES and c not in DOUBTFUL}
    rows = [
        *sorted((sign, w) for sign, w in weights.items() if abs(w) >= 0.08 and sign not in unseen),
        ("*", round(float(model.intercept_[0]), 2)),
    ]
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(["sign", "weight"])
        write.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    if "--fit" in sys.argv:
        print(fit(), "weights")
    for row in measure():
        print("\t".join(map(str, row)))
