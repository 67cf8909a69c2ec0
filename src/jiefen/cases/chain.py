"""The chain of a case's steps. Each row's hash covers the row and the one before it.

It is an HMAC under a key derived from the master key, so that somebody who can write to the database but has no master
key cannot make a changed row look right again. It covers sealed content as it lies (ciphertext), so the chain still
verifies after the content's key has been destroyed.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from jiefen.kernel.seal import derived


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


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
    body = json.dumps(
        [
            case, seq, name, assignment, from_state, to_state, by, by_role, unit,
            _moment(at), _moment(recorded_at), codes,
            hashlib.sha256(bytes(reason)).hexdigest() if reason is not None else None,
            hashlib.sha256(bytes(facts)).hexdigest() if facts is not None else None,
        ],
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return hmac.new(derived("chain"), bytes(prev) + body.encode(), hashlib.sha256).digest()
