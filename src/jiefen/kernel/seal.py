"""Sealing. Personal content is readable only with the key of its matter, and that key only with the master key.

Each matter has a random 256-bit key (SealKey), wrapped by the master key, which lies outside the database and its
backups. Content is AES-256-GCM-SIV with the field's name as associated data, so a sealed phone cannot be moved into the
field of a name. A blind index is an HMAC under a key derived from the master: equal values meet, nothing can be read.
"""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from django.conf import settings

from jiefen.kernel.models import SealKey

NONCE = 12
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Sealed(Exception):
    """The content cannot be read: its key was destroyed, or the master key is not the one it was sealed under."""


class Destroyed(Sealed):
    """The key was destroyed at the end of keeping: nobody will ever read it again."""


def master_key_path() -> Path:
    """Where the master key lies: one line per version, `version hex`, the last one in use."""
    return Path(os.environ.get("JIEFEN_MASTER_KEY", settings.KEYS / "master.key"))


@lru_cache(maxsize=4)
def _masters(path: str, _stamp: float) -> dict[int, bytes]:
    rows = (line.split() for line in Path(path).read_text().splitlines() if line.strip())
    return {int(version): bytes.fromhex(key) for version, key in rows}


_LOOK_AGAIN = 0.2  # seconds: taking in thousands asks for the key ten times each, and looking at the file costs more
_looked: tuple[str, float, dict[int, bytes]] | None = None


def masters() -> dict[int, bytes]:
    """Every version of the master key; made on first use, readable by this user only. The file is looked at again
    after a moment."""
    global _looked
    where = os.environ.get("JIEFEN_MASTER_KEY", "")
    if _looked and _looked[0] == where and _looked[1] > time.monotonic():
        return _looked[2]
    found = _read_masters()
    _looked = (where, time.monotonic() + _LOOK_AGAIN, found)
    return found


def _read_masters() -> dict[int, bytes]:
    path = master_key_path()
    if not path.exists():
        # Written beside and linked into place: nobody ever reads half a key, and of two that begin at once one wins.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        spare = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"1 {secrets.token_hex(32)}\n")
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(spare, path)
        spare.unlink()
    return _masters(str(path), path.stat().st_mtime)


def _current() -> tuple[int, bytes]:
    versions = masters()
    newest = max(versions)
    return newest, versions[newest]


@lru_cache(maxsize=64)
def _derived(master: bytes, purpose: str) -> bytes:
    return hmac.new(master, purpose.encode(), hashlib.sha256).digest()


def derived(purpose: str) -> bytes:
    """A key for one purpose. It comes from the first master key, so that indexes and chains outlive a rotation."""
    versions = masters()
    return _derived(versions[min(versions)], purpose)


def _mac(key: bytes, message: str) -> bytes:
    """HMAC-SHA-256 (RFC 2104) of a text: 32 bytes."""
    return hmac.digest(key, message.encode(), "sha256")


class Key:
    """An opened key. Hold it no longer than the work in hand."""

    __slots__ = ("_box", "id", "raw")

    def __init__(self, key_id: int, raw: bytes):
        self.id = key_id
        self.raw = raw
        self._box = AESGCMSIV(raw)

    def seal(self, value: Any, *, field: str) -> bytes:
        """Seal text, or anything JSON holds. Returns nonce + ciphertext."""
        plain = _json(value).encode()
        nonce = os.urandom(NONCE)
        return nonce + self._box.encrypt(nonce, plain, field.encode())

    def seal_bytes(self, plain: bytes, *, field: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._box.encrypt(nonce, plain, field.encode())

    def open_bytes(self, sealed: bytes | memoryview, *, field: str) -> bytes:
        blob = bytes(sealed)
        try:
            return self._box.decrypt(blob[:NONCE], blob[NONCE:], field.encode())
        except InvalidTag as wrong:
            raise Sealed(f"{field} was not sealed with this key, or was changed") from wrong

    def open(self, sealed: bytes | memoryview | None, *, field: str) -> Any:
        """What was sealed; None stays None. Raises Sealed when it is another field's, changed, or another key's."""
        if sealed is None:
            return None
        return json.loads(self.open_bytes(sealed, field=field).decode())


def wrap_new() -> tuple[bytes, bytes, int]:
    """A fresh key: (raw, wrapped, version of the master). For bulk taking-in; everybody else uses `new_key`."""
    return wrap_many(1)[0]


def wrap_many(count: int) -> list[tuple[bytes, bytes, int]]:
    """Some fresh keys."""
    version, master = _current()
    drawn = os.urandom(32 * count)
    fresh = [drawn[at : at + 32] for at in range(0, len(drawn), 32)]
    return [(raw, aes_key_wrap(master, raw), version) for raw in fresh]


def seal_many(keys: Sequence[Key], values: Sequence[Any], *, field: str) -> list[bytes | None]:
    """Each value sealed with its own key, as `Key.seal` does; nothing for None. The nonces are drawn at once."""
    drawn, name = os.urandom(NONCE * len(keys)), field.encode()
    sealed: list[bytes | None] = []
    for at, key, value in zip(range(0, len(drawn), NONCE), keys, values, strict=True):
        nonce = drawn[at : at + NONCE]
        sealed.append(None if value is None else nonce + key._box.encrypt(nonce, _json(value).encode(), name))
    return sealed


def new_key() -> Key:
    """Make a matter's key and keep it wrapped."""
    raw, wrapped, version = wrap_new()
    row = SealKey.objects.create(wrapped=wrapped, master=version)
    return Key(row.pk, raw)


def open_row(row: SealKey) -> Key:
    """Open a wrapped key. Raises Sealed when it was destroyed or the master key is missing."""
    if row.wrapped is None:
        raise Destroyed("this matter's key was destroyed at the end of its retention")
    return open_wrapped(row.pk, bytes(row.wrapped), row.master)


def open_wrapped(key_id: int, wrapped: bytes, version: int) -> Key:
    """The same for a list, where the wrapped key was read with the row."""
    master = masters().get(version)
    if master is None:
        raise Sealed(f"version {version} of the master key is not in {master_key_path().name}")
    return Key(key_id, aes_key_unwrap(master, wrapped))


def open_key(key_id: int) -> Key:
    """Open the key with this id."""
    return open_row(SealKey.objects.get(pk=key_id))


def blind(kind: str, value: str) -> bytes:
    """A blind index of a value already brought to one form: 16 bytes, equal for equal values of one kind."""
    return _mac(derived("blind"), f"{kind}\0{value}")[:16]


def blinds(kind: str, values: Iterable[str]) -> list[bytes | None]:
    """The same for many of one kind; nothing for an empty value. The key is looked up once, which is half the work."""
    key = derived("blind")
    return [_mac(key, f"{kind}\0{value}")[:16] if value else None for value in values]


def token_mark(token: str) -> bytes:
    """What is kept of a code that somebody carries: enough to recognise it, not enough to write it down."""
    return _mac(derived("token"), token)


def token_marks(tokens: Iterable[str]) -> list[bytes]:
    """The same for many."""
    key = derived("token")
    return [_mac(key, token) for token in tokens]


def second_mark(word: str) -> bytes:
    """What is kept of the second thing that goes with a short code: digits of the phone, or the chosen word."""
    return token_mark(f"second {word.strip()}")


def second_marks(words: Iterable[str]) -> list[bytes | None]:
    """The same for many; nothing for an empty one."""
    key = derived("token")
    return [_mac(key, f"second {word.strip()}") if word else None for word in words]
