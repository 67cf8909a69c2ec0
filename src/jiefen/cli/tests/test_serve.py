"""The address is printed when the first page truly opens, asked by a name that the site answers to."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from jiefen.cli.serve import FirstPage, _site

pytestmark = pytest.mark.rules


class Page(http.server.BaseHTTPRequestHandler):
    answer = 200
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers["Host"])
        self.send_response(self.answer)
        self.send_header("Location", "/elsewhere/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(("answer", "counts"), [(200, True), (302, False), (400, False), (404, False), (500, False)])
def test_it_counts_only_a_page_that_opens(port: int, answer: int, counts: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Page, "answer", answer)
    assert FirstPage("127.0.0.1", port)() is counts


def test_it_counts_nothing_while_nobody_answers(port: int):
    assert FirstPage("127.0.0.1", 1)() is False


def test_it_asks_by_the_name_of_the_site(port: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JIEFEN_HOSTS", ".example.gov.cn,other.gov.cn")
    assert FirstPage("0.0.0.0", port)()
    assert Page.asked[-1] == "example.gov.cn"


@pytest.mark.parametrize(
    ("hosts", "host", "name"),
    [
        ("", "127.0.0.1", "127.0.0.1:8000"),
        ("*", "::1", "[::1]:8000"),
        ("a.cn,b.cn", "::1", "a.cn"),
    ],
)
def test_it_has_a_name_for_every_way_to_be_reached(hosts: str, host: str, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JIEFEN_HOSTS", hosts)
    assert _site(host, 8000) == name
