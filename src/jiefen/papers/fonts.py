"""The fonts that papers are set in: where they lie, and which characters they can show.

Set-up brings FandolFang (仿宋, the body), Noto Serif SC (regular, bold) and Noto Serif JP (for 𠮷) beside this package. Where no
仿宋 could be had papers are set in Noto Serif; one that the machine has is taken too. `JIEFEN_FONTS` names more folders.
"""

import os
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

BROUGHT = Path(__file__).resolve().parent / "fonts"
ON_MACHINE = (
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    Path("/usr/share/texmf/fonts/opentype/public/fandol"),
    Path("/usr/share/fonts/opentype/fandol"),
)
REGULAR, BOLD, RARE, FANG = (
    "NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_700Bold.ttf",
    "NotoSerifJP_400Regular.ttf",
    "FandolFang-Regular.otf",
)
NEEDED = (REGULAR, BOLD, RARE)
FAMILIES = {REGULAR: "Noto Serif SC", RARE: "Noto Serif JP", FANG: "FandolFang R"}


class NoFonts(RuntimeError):
    """The fonts are not on this machine; the message says which, and what brings them."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The files in the order in which a character is looked for, and the families Typst knows them by."""

    files: tuple[Path, ...]
    families: tuple[str, ...]

    @property
    def folders(self) -> list[str]:
        return list(dict.fromkeys(str(path.parent) for path in self.files))


def folders() -> tuple[Path, ...]:
    """Where fonts are looked for: what `JIEFEN_FONTS` names, what set-up brought, what the machine has."""
    named = tuple(Path(p) for p in os.environ.get("JIEFEN_FONTS", "").split(os.pathsep) if p)
    return (*named, BROUGHT, *ON_MACHINE)


def found() -> Fonts:
    """The fonts at hand, 仿宋 first where there is one. Raises NoFonts naming what is missing."""
    return _found(folders())


@lru_cache(maxsize=4)
def _found(places: tuple[Path, ...]) -> Fonts:
    at = {
        name: next((place / name for place in places if (place / name).is_file()), None)
        for name in (FANG, *FAMILIES, BOLD)
    }
    lacking = [name for name in NEEDED if at[name] is None]
    if lacking:
        raise NoFonts(f"缺少字体{'、'.join(lacking)}。请管理员在服务器上运行 bin/assets，再来下载。")
    body = [name for name in (FANG, REGULAR, RARE) if at[name]]
    files = tuple(path for name in (*body, BOLD) if (path := at[name]))
    return Fonts(files, tuple(FAMILIES[name] for name in body))


def at_hand() -> bool:
    """Whether papers can be set here."""
    try:
        found()
    except NoFonts:
        _found.cache_clear()  # set-up may bring them while we run
        return False
    return True


@lru_cache(maxsize=4)
def shown_by(fonts: Fonts) -> frozenset[int]:
    """Every character that one of the body's fonts can show."""
    return frozenset().union(*(_characters(path) for path in fonts.files))


def _characters(path: Path) -> frozenset[int]:
    """The characters of a font: its `cmap` table, formats 4 and 12 (OpenType, «cmap»)."""
    data = path.read_bytes()
    start = next(
        struct.unpack_from(">L", data, entry + 8)[0]
        for entry in range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16)
        if data[entry : entry + 4] == b"cmap"
    )
    found: set[int] = set()
    for n in range(struct.unpack_from(">H", data, start + 2)[0]):
        table = start + struct.unpack_from(">L", data, start + 4 + 8 * n + 4)[0]
        form = struct.unpack_from(">H", data, table)[0]
        if form == 12:
            for group in range(struct.unpack_from(">L", data, table + 12)[0]):
                first, last, glyph = struct.unpack_from(">LLL", data, table + 16 + 12 * group)
                found.update(range(first + (glyph == 0), last + 1))
        elif form == 4:
            found |= _format_4(data, table)
    return frozenset(found)


def _format_4(data: bytes, table: int) -> set[int]:
    count = struct.unpack_from(">H", data, table + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, table + 14)
    starts = struct.unpack_from(f">{count}H", data, table + 16 + 2 * count)
    return {
        char for first, last in zip(starts, ends, strict=True) if first != 0xFFFF for char in range(first, last + 1)
    }
