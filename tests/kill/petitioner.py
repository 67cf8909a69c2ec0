"""A petition taken through its steps over real HTTP while parts of the house are killed: papers, a question, a delivery, a word.

Each page is opened, filled in and sent as by a browser, with the hidden fields that it was painted with. What got no answer
is sent again unchanged, and must then be answered as the first time: every page of this walk leads on (302) however often it
is sent. Only the decision at the desk says who decided before.
"""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

from jiefen.kernel.clock import local_day, now
from tests.kill.clerk import Clerk
from tests.kill.house import House

NO = {
    f"road-{q}": "no"
    for q in ("accusation", "suggestion", "in-court", "litigation", "arbitration", "party", "administrative", "duty")
}
STEPS = [
    "opened",
    "transfer",
    "accept",
    "investigate",
    "asked",
    "question-answered",
    "issue-opinion",
    "delivered",
    "serve",
]
PAPERS = {
    "petition-register": 1, "transfer-letter": 1, "acceptance-notice": 1, "investigation-record": 1, "handling-opinion": 1,
    "service-record": 1, "follow-up-record": 1,
}  # fmt: skip
"""What one petition of this walk has on file at its end, whoever was killed meanwhile."""


class Petitioner(threading.Thread):
    """Brings one petition after another to where it was served and judged; writes down what the house acknowledged."""

    def __init__(self, house: House, units: dict[str, int], go_on: Callable[[], bool]):
        super().__init__(name="petitioner", daemon=True)
        self.house, self.units, self.go_on = house, units, go_on
        self.zhou, self.he, self.head = (Clerk(house, name) for name in ("zhou", "he", "he_head"))
        self.receipts: dict[str, str] = {}  # once-key → number
        self.done: list[str] = []  # addresses of cases walked to the end
        self.acknowledged = 0
        self.failure: BaseException | None = None

    @property
    def retries(self) -> int:
        return self.zhou.retries + self.he.retries + self.head.retries

    def run(self) -> None:
        try:
            for clerk in (self.zhou, self.he, self.head):
                clerk.sign_in()
            n = 0
            while self.go_on():
                n += 1
                self.walk(n)
        except BaseException as error:
            self.failure = error

    def walk(self, n: int) -> None:
        case, code, phone = self.open(n)
        self.send(self.he, f"{case}road/", {"action": "take", "recusal-declared": "on"})
        self.draft(self.he, case, "investigation-record")
        self.send(
            self.he, f"{case}steps/investigate/", {"recusal-declared": "on", "session-note": "听取陈述，核对工资表"}
        )
        due = (local_day(now()) + timedelta(days=10)).isoformat()
        asked = {"of": "p1", "sort": "supplement", "text": "请补工资条", "due_on": due, "without": "on-file"}
        self.send(self.he, f"{case}questions/ask/", asked)
        lan = Clerk(self.house, "")
        lan.get(f"/follow/{code}/")
        self.leads_on(
            lan, f"/follow/{code}/answer/", {"question": 1, "words": f"第{n}件的工资条在这里", "second": phone[-4:]}
        )
        answer = {
            "outcome": "supported",
            "result": f"应付{n}百元",
            "basis": "条例第三十条",
            "remedy": "三十日内可请求复查",
        }
        self.send(self.he, f"{case}demands/1/", answer)
        opinion = self.draft(self.head, case, "handling-opinion")
        self.send(
            self.head,
            f"{case}steps/issue-opinion/",
            {"recusal-declared": "on", "outcome": "supported", "remedy-text": "三十日内"},
        )
        said = {"paper": opinion.rstrip("/").split("/")[-1], "party": "p1", "way": "post", "number": f"EMS{n:08d}"}
        self.send(self.he, f"{case}deliver/", said)
        self.send(self.he, f"{case}steps/serve/", {})
        rated = {"solved": "no", "satisfied": "no", "ground": "", "words": f"第{n}件还没拿到钱", "second": phone[-4:]}
        self.leads_on(lan, f"/follow/{code}/rate/", rated)
        self.done.append(case)

    def open(self, n: int) -> tuple[str, str, str]:
        """Lan brings it at the window; the road is asked, it is opened and handed on. The case, her code, her phone."""
        once, phone = f"petition-{n}", f"139{n:08d}"
        said = {"once_key": once, "channel": "window", "identity": "named", "name": "兰秀英", "phone": phone,
                "text": f"第{n}件：人社局答应的一次性生活补助{n}百元没有发，请帮我要回来。", "print": "1"}  # fmt: skip
        where = self.leads_on(self.zhou, "/register/", said)
        number = where.split("/")[2]
        self.receipts[once] = number
        found = re.search(r"/follow/(\w{13})/|code-long[^>]*>([^<]+)<", self.zhou.get(f"/intakes/{number}/receipt/"))
        assert found is not None
        code = (found[1] or found[2]).strip().replace("-", "")
        choice = {"action": "open", "kind": "0705", "unit": self.units["labour"], "procedure": "petition-claim",
                  "ask_type": "求助", "grade": "complex", "demands": "发放生活补助", "area_code": "", **NO}  # fmt: skip
        status, case, page = self.zhou.post(f"/intakes/{number}/", choice)
        if status != 302:  # decided already, by a try whose answer was lost: the page names the case
            assert status == 422, page[-2000:]
            named = re.search(r'href="(/cases/[^"/?#]+/)"', self.zhou.get(f"/intakes/{number}/"))
            assert named is not None, "an intake that is decided names its case"
            case = named[1]
        self.acknowledged += 1
        return case, code, phone

    def draft(self, who: Clerk, case: str, kind: str) -> str:
        """Fill in whatever a paper still lacks; gives the paper's address."""
        path = f"{case}draft/{kind}/"
        page = who.get(path)
        empty = re.findall(
            r'<(?:textarea|input) class="form-control" id="f-([\w-]+)"[^>]*?(?:value="")?>(?:</textarea>)?', page
        )
        known = dict(re.findall(r'<input class="form-control" id="f-([\w-]+)" name="[\w-]+" value="([^"]+)">', page))
        known |= dict(re.findall(r'<textarea class="form-control" id="f-([\w-]+)"[^>]*>([^<]+)</textarea>', page))
        return self.leads_on(who, path, {n: "如记录所载" for n in empty if n not in known} | self.hidden(page))

    def send(self, who: Clerk, path: str, said: dict[str, object]) -> str:
        """Open a page and send it filled in."""
        return self.leads_on(who, path, {**self.hidden(who.get(path)), **said})

    @staticmethod
    def hidden(page: str) -> dict[str, object]:
        """The fields that a page keeps for itself."""
        fields = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page)
        return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}

    def leads_on(self, who: Clerk, path: str, said: dict[str, object]) -> str:
        status, where, page = who.post(path, said)
        if status != 302:
            problem = re.search(r'role="alert">(.*?)</div>', page, re.S)
            raise AssertionError(f"{path}: {status} {problem[1] if problem else page[-1500:]}")
        self.acknowledged += 1
        return where
