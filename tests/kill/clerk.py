"""Somebody at a browser, over real HTTP, who does not give up: what got no answer is tried again.

`Clerk.post` answers how the page answered in the end. A connection cut in the middle, or a 5xx while the database is
away, says nothing about whether the thing was done; trying again must then find it done once.
"""

import http.client
import http.cookies
import re
import time
from urllib.parse import urlencode

from tests.kill.house import House

PASSWORD = "behind-the-mill-2026"
THINKS = 0.15
"""Seconds between two sendings in a night of kills: who is killed matters, not how many matters there were."""


class Clerk:
    """One person's session. Not for two threads."""

    def __init__(self, house: House, username: str, *, thinks: float = 0):
        self.house, self.username, self.thinks = house, username, thinks
        self.cookies: dict[str, str] = {}
        self.retries = 0

    def sign_in(self) -> None:
        """By the page, as anybody. Raises AssertionError when it is refused."""
        self.get("/signin/")
        status, where, _ = self.post("/signin/", {"login": self.username, "password": PASSWORD})
        assert (status, where) == (302, "/"), f"{self.username} cannot sign in: {status} {where}"

    def get(self, path: str) -> str:
        """A page's text. Tries until it answers below 500."""
        return self._insist("GET", path, None)[2]

    def post(self, path: str, said: dict[str, object]) -> tuple[int, str, str]:
        """Status, where to, text. Tries until it answers below 500."""
        time.sleep(self.thinks)
        return self._insist("POST", path, said)

    def _insist(
        self, verb: str, path: str, said: dict[str, object] | None, seconds: float = 90
    ) -> tuple[int, str, str]:
        until = time.monotonic() + seconds
        while True:
            try:
                answer = self._once(verb, path, said)
                if answer[0] < 500:
                    return answer
                problem = f"status {answer[0]}"
            except (OSError, http.client.HTTPException) as error:
                problem = repr(error)
            self.retries += 1
            if time.monotonic() > until:
                raise TimeoutError(f"{verb} {path}: {problem}\n{self.house.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)

    def _once(self, verb: str, path: str, said: dict[str, object] | None) -> tuple[int, str, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=25)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if said is not None:
            body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **said}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(verb, path, body, headers)
            answer = link.getresponse()
            text = answer.read().decode(errors="replace")  # a cut answer is no answer
        finally:
            link.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                for crumb in http.cookies.SimpleCookie(value).values():
                    self.cookies[crumb.key] = crumb.value
        return answer.status, answer.getheader("Location") or "", text

    @staticmethod
    def field(page: str, name: str) -> str:
        """The value of a hidden field. Raises LookupError without one."""
        found = re.search(rf'name="{name}" value="([^"]+)"', page)
        if found is None:
            raise LookupError(f"no field {name}")
        return found[1]
