"""A browser at the door of a demo house."""

import os
import re
import shutil
from pathlib import Path
from typing import Any

from jiefen.cli.demo.load import DEMO_PASSWORD

ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK, PHONE = (1440, 900), (390, 844)


NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Best first: the shell draws pages with the same engine at half the processor time, having no windows to keep."""


def chromium() -> str | None:
    """Where the system's chromium is, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """Use as a context. Pages opened through it are shut with it."""

    def __init__(self, address: str, home: Path):
        self.address = address
        self.home = home
        self._kept: dict[str, Any] = {}

    def __enter__(self) -> "Browser":
        from playwright.sync_api import sync_playwright

        self._play = sync_playwright().start()
        self._chromium = self._play.chromium.launch(executable_path=chromium(), args=ARGS, headless=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._chromium.close()
        self._play.stop()

    def page(self, *, size: tuple[int, int] = DESK, scripts: bool = True, state: Any = None) -> Any:
        """A fresh browser context with one page; nothing is remembered from others."""
        context = self._chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, locale="zh-CN", base_url=self.address,
            storage_state=state,
        )  # fmt: skip
        context.set_default_timeout(20_000)
        return context.new_page()

    def signed_in(self, who: str, *, size: tuple[int, int] = DESK, scripts: bool = True) -> Any:
        """A page of somebody who works there. They sign in once; later pages carry their cookie."""
        if who not in self._kept:
            page = self.page(size=size, scripts=scripts)
            page.goto("/signin/")
            page.fill("[name=login]", who)
            page.fill("[name=password]", DEMO_PASSWORD)
            page.click("button:has-text('登录'):not([form])")
            page.wait_for_url(lambda url: "/signin/" not in url)
            self._kept[who] = page.context.storage_state()
            page.context.close()
        return self.page(size=size, scripts=scripts, state=self._kept[who])

    def codes(self) -> dict[str, dict[str, str]]:
        """What `jiefen demo` printed for those without an account: name → long code, short code, second thing."""
        card = (self.home / "demo.txt").read_text(encoding="utf-8")
        found = re.findall(r"(\S+)：/follow/(\w+)/\S*\s*或受理码 (\S+) 加手机后四位 (\d+)", card)
        return {name: {"token": token, "short": short, "second": second} for name, token, short, second in found}
