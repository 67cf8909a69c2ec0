"""What is shown of a person until somebody says why they need more."""

import re

STAR = "＊"
_DIGITS = re.compile(r"\d{4}")  # whatever is covered has so many side by side
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d[ \-]?)\d{4}([ \-]?\d{4})(?!\d)")
_ID = re.compile(r"(?<!\d)(\d)\d{16}([\dXx])(?!\w)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-?)\d{4}(\d{3,4})(?!\d)")


def mask_name(name: str) -> str:
    """兰秀英 → 兰＊＊; an empty name stays empty."""
    return name[:1] + STAR * (len(name) - 1) if name else ""


def mask_phone(phone: str) -> str:
    """13800002061 → 138****2061; anything short shows only its last two characters."""
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "*" * max(len(phone) - 2, 0) + phone[-2:]


def mask_id(number: str) -> str:
    """An ID number shows its first and last character."""
    return number[:1] + "*" * (len(number) - 2) + number[-1:] if len(number) > 2 else "*" * len(number)


def mask_address(address: str) -> str:
    """An address shows its first six characters: the township, rarely more."""
    return address[:6] + STAR * 2 if len(address) > 6 else address


def mask_text(text: str, names: tuple[str, ...] = ()) -> str:
    """Free text with phones, ID numbers and the names already known covered."""
    if _DIGITS.search(text):
        text = _ID.sub(r"\1****************\2", text)
        text = _PHONE.sub(r"\1****\2", text)
        text = _LANDLINE.sub(r"\1****\2", text)
    for name in sorted({n for n in names if len(n) >= 2}, key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return text


def mask_names(text: str) -> str:
    """Text with what looks like people's names covered after the first character; as long as the text.

    Found by `kernel.names`: for titles and lists, where a missed name costs more than a covered word. A surname with a
    title (王师傅) or 某 names nobody and stays. Whoever needs certainty covers the names they know by `mask_text`.
    """
    from jiefen.kernel.names import find  # a dictionary and a table: loaded by whoever takes in or shows a text

    out = list(text)
    for name in find(text):
        if name.form in COVERED:
            out[name.start + 1 : name.end] = STAR * (name.end - name.start - 1)
    return "".join(out)


COVERED = frozenset({"n", "o", "d"})
"""Forms of names that name somebody."""
