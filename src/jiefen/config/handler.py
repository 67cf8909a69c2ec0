"""From a server's message to Django and back, with one change of thread a request.

Django's own ASGI handler goes to and fro between the loop and a fresh thread half a dozen times a request where views
and middlewares are plain functions, as all of ours are. Here a request is answered from end to end in one of a few
threads that stay; the loop only reads and writes.
"""

import asyncio
import io
import os
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import HttpResponseBase
from django.http.response import FileResponse
from django.urls import set_script_prefix
from django.utils.translation import trans_real

# A page is answered in one thread, so the language it is in can live in the thread: asked for two hundred times a page, and
# several times dearer where it has to follow tasks from loop to thread and back.
trans_real._active = threading.local()  # type: ignore[attr-defined]

THREADS = int(os.environ.get("JIEFEN_THREADS", "6"))
"""Requests answered at once by one process; fewer than connections in its pool, so that none waits for one."""


class Gone(Exception):
    """The visitor left before they had sent everything."""


class Handler(ASGIHandler):
    """The ASGI application of all our pages, which are plain functions."""

    def __init__(self) -> None:
        super().__init__()
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    def load_middleware(self, is_async: bool = False) -> None:
        """Plain, whatever is asked: nothing here runs on the loop."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request. Raises ValueError for anything but HTTP."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is spoken here, not {scope['type']}")
        try:
            body = await _body(receive)
        except Gone:
            return
        loop = asyncio.get_running_loop()
        # Whatever becomes of the visitor, a verb that began is carried to its end in its own thread.
        response, head = await loop.run_in_executor(self.threads, self.answer, scope, body)
        await send({"type": "http.response.start", "status": response.status_code, "headers": head})
        if not response.streaming:
            await send({"type": "http.response.body", "body": response.content})
            return
        parts = iter(response)
        try:
            while part := await loop.run_in_executor(self.threads, _next, parts):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await loop.run_in_executor(self.threads, response.close)

    def answer(self, scope: Any, body: Any) -> tuple[Any, list[tuple[bytes, bytes]]]:
        """The response and its head, worked out in one thread. One that does not stream is closed already."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, wrong = self.create_request(scope, body)
        response: Any = wrong if request is None else self.get_response(request)
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        head = _head(response)
        if response.streaming:
            close_old_connections()  # what streams is read in other threads, and this one must not keep its connection
        else:
            response.close()
        body.close()
        return response, head


def _head(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    head = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    return head + [(b"Set-Cookie", c.output(header="").encode("ascii").strip()) for c in response.cookies.values()]


def _next(parts: Iterator[bytes]) -> bytes:
    """The next part that is not empty; empty at the end."""
    try:
        return next((part for part in parts if part), b"")
    finally:
        close_old_connections()


async def _body(receive: Any) -> Any:
    """What was sent, in memory while small. Raises Gone."""
    first = await receive()
    if first["type"] == "http.disconnect":
        raise Gone
    if not first.get("more_body", False):
        return io.BytesIO(first.get("body", b""))
    whole = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, mode="w+b")  # noqa: SIM115
    whole.write(first.get("body", b""))
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            whole.close()
            raise Gone
        whole.write(message.get("body", b""))
        if not message.get("more_body", False):
            break
    whole.seek(0)
    return whole
