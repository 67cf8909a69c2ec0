"""Files of the page, served by the ASGI application: whole, and without the server warning of what it has to do for it."""

import asyncio
import warnings
from typing import Any

from django.test import override_settings

FOUND = b"body{color:#123}" * 9000  # more than one part of a file


def fetch(path: str) -> tuple[int, bytes]:
    from jiefen.config.handler import Handler

    async def ask() -> tuple[int, bytes]:
        application, sent = Handler(), []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await application(
            {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
             "query_string": b"", "root_path": "", "scheme": "http", "headers": [(b"host", b"127.0.0.1")],
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000)}, receive, send,
        )  # fmt: skip
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    return asyncio.run(ask())


def test_it_serves_a_file_whole_and_without_a_warning(tmp_path):
    (tmp_path / "a.css").write_bytes(FOUND)
    here = override_settings(STATIC_ROOT=str(tmp_path), ALLOWED_HOSTS=["127.0.0.1"], SECURE_SSL_REDIRECT=False)
    with here, warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        status, body = fetch("/static/a.css")
    assert (status, body) == (200, FOUND)
    assert not [str(w.message) for w in heard if "iterator" in str(w.message) or "Streaming" in str(w.message)]
