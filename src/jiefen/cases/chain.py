"""The chain of a case's steps. Each row's hash covers the row and the one before it.

It is an HMAC under a key derived from the master key, so that somebody who can write to the database but has no master
key cannot make a changed row look right again. It covers sealed content as it lies (ciphertext), so the chain still
verifies after the content's key has been destroyed.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from jiefen.kernel.seal import derived

_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _sum(sealed: bytes | None) -> str | None:
    return hashlib.sha256(bytes(sealed)).hexdigest() if sealed is not None else None


def chain_key() -> bytes:
    """The key of all chains. Fetch it once for many rows."""
    return derived("chain")


def digest(key: bytes, prev: bytes, fields: Sequence[Any]) -> bytes:
    """The hash of a row from its fields in the order of `link`, moments and sums already written out."""
    return hmac.digest(key, prev + _written(fields).encode(), "sha256")


def link(
    *,
    prev: bytes,
    case: str,
    seq: int,
    name: str,
    assignment: str,
    from_state: str,
    to_state: str,
    by: int | None,
    by_role: str,
    unit: int | None,
    at: datetime,
    recorded_at: datetime,
    codes: dict[str, Any],
    reason: bytes | None,
    facts: bytes | None,
) -> bytes:
    """The hash of a row, 32 bytes. `case` is the case's number; times to the microsecond in UTC."""
    fields = [
        case, seq, name, assignment, from_state, to_state, by, by_role, unit,
        _moment(at), _moment(recorded_at), codes, _sum(reason), _sum(facts),
    ]  # fmt: skip
    return digest(chain_key(), bytes(prev), fields)
