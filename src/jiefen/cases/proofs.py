"""How a paper reaches a person, and what proves it. Pure.

Windows for objecting run from a delivery, so a delivery that nobody can prove starts none (条例 35: 自收到书面答复之日起).
"""

from dataclasses import dataclass

from jiefen.procedures.definition import Procedure

NO_PROOF = "没有送达凭证，救济期限不起算。"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of delivery (送达方式). `needs`: fields of `Proof` without which it is not proved."""

    code: str
    label: str
    needs: tuple[str, ...]
    says: str


WAYS = {
    way.code: way
    for way in (
        Way("direct", "直接送达", ("file",), "请上传受送达人签收的送达回证（照片或扫描件）。"),
        Way("post", "邮寄送达", ("number",), "请填写邮件号码。"),
        Way("left", "留置送达", ("witness", "place"), "请写明见证人和留置的地点。"),
        Way("electronic", "电子送达", ("consent", "file"), "电子送达须本人同意：请写明怎样同意的，并上传到达记录。"),
        Way("announcement", "公告送达", ("file", "place"), "请上传公告，并写明在哪里公告。"),
    )
}
SAME = {
    "当面": "direct", "邮寄": "post", "留置": "left", "短信": "electronic", "网上": "electronic", "公告": "announcement",
}  # fmt: skip
"""Words by which the ways were called before."""
_LABELS = {"file": "送达凭证", "number": "邮件号码", "witness": "见证人", "place": "地点", "consent": "本人怎样同意的"}


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a delivery. `file`: number of a kept file of the case; the others as written. `document`: number of the
    paper that was delivered; `signed_by`: who signed for it, where not the person."""

    file: int | None = None
    number: str = ""
    witness: str = ""
    consent: str = ""
    place: str = ""
    signed_by: str = ""
    document: int | None = None


def way_of(said: str) -> Way | None:
    """A way by its code, its name or what it was called before."""
    code = SAME.get(said, said)
    return WAYS.get(code) or next((way for way in WAYS.values() if way.label == said), None)


def unproved(said: str, proof: Proof | None) -> str:
    """Why a delivery is not proved, as a sentence; empty where it is."""
    way = way_of(said)
    if way is None:
        return "请选择怎样送达的：" + "、".join(w.label for w in WAYS.values()) + "。"
    if proof is None:
        return NO_PROOF + way.says
    lacking = [name for name in way.needs if not _given(getattr(proof, name))]
    return f"{NO_PROOF}还缺{'、'.join(_LABELS[name] for name in lacking)}。{way.says}" if lacking else ""


def _given(value: int | str | None) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


def windowed(procedure: Procedure) -> frozenset[str]:
    """Kinds of papers whose delivery moves a clock of the procedure, and so must be proved."""
    return frozenset(
        kind for clock in procedure.clocks.values() for kind in (*clock.starts.notice, *clock.stops.notice)
    )
