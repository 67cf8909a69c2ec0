"""A matter with everything that can be said in one, and looking for its words wherever they might lie."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import connections

from jiefen.cases.actions import answer_demand, correct, take_step
from jiefen.cases.models import Case, Step
from jiefen.cli import postgres
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import second_mark
from jiefen.oversight.actions import record_follow_up
from jiefen.privacy.requests import Asking, ask
from jiefen.triage.actions import Decision, decide
from tests.world import MONDAY, WAGES

HOUR = timedelta(hours=1)
SLIP = b"%PDF-1.4 slip of Lan, 9560 yuan owed\n%%EOF"
WORDS = [
    WAGES, "兰秀英", "13800002061", "450399197001012061", "下坝村三组四十一号", "郭有田", "13900007788", "我也被欠了三千元",
    "支付拖欠工资9560元", "已责令工头当面付清", "已电话联系本人核实天数", "兰家的工资条", "来电人说钱收到了一半", "名字应当是兰秀瑛",
    "兰秀瑛", "觉得他不该看", "更正类型的理由在此",
]  # fmt: skip


def whole_case(county) -> Case:
    """Lan's wages with a second complainant, a file, papers, an answer, a follow-up, a correction and requests; ended."""
    case = county.case(id_number="450399197001012061", address="下坝村三组四十一号")
    other = county.intake(text="我也被欠了三千元", name="郭有田", phone="13900007788", once_key="second")
    with scope("worker"):
        joined = Intake.objects.get(pk=other.intake_id)
    decide(joined, Decision(action="join", case=case.pk), by=county.actor("zhou"), at=MONDAY)
    he, zhou = county.actor("he"), county.actor("zhou")
    take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True})
    take_step(case, "contact", by=he, at=MONDAY + 2 * HOUR, facts={"session-note": "已电话联系本人核实天数"})
    answer_demand(
        case, 1, outcome="supported", result="已责令工头当面付清", basis="《保障农民工工资支付条例》第三十条",
        remedy="60日内申请行政复议",
    )  # fmt: skip
    store(SLIP, "兰家的工资条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY)
    with scope("worker"):
        first = Intake.objects.filter(decision__case=case).order_by("pk").first()
    store(SLIP, "兰家的工资条.pdf", holder=f"intake:{first.pk}", key_id=first.key_id, given_by="resident", at=MONDAY)
    correct(case, by=zhou, role="clerk", unit=case.centre_id, at=MONDAY + 2 * HOUR, reason="更正类型的理由在此",
            about={"people": 2})  # fmt: skip
    take_step(case, "reply", by=he, at=MONDAY + 3 * HOUR)
    follow_outbox()
    refresh(case)
    for n, party in enumerate(complainants(case)):
        record_follow_up(
            case, by=county.actor("caller"), at=MONDAY + (4 + n / 10) * HOUR, outcome="reached", words="来电人说钱收到了一半",
            satisfied=True, party=party,
        )  # fmt: skip
    take_step(case, "call-back", by=county.actor("caller"), at=MONDAY + 5 * HOUR)
    follow_outbox()
    refresh(case)
    assert not case.is_open
    return case


def complainants(case: Case) -> list[str]:
    with scope("worker"):
        return list(case.parties.filter(role="complainant").order_by("pk").values_list("key", flat=True))


def refresh(case: Case) -> None:
    with scope("worker"):
        case.refresh_from_db()


def lan_of(case: Case) -> Intake:
    with scope("worker"):
        return Intake.objects.select_related("key").filter(decision__case=case).order_by("pk").first()


def asks(case: Case, **asking) -> int:
    return ask(lan_of(case), Asking(**asking), fresh="2061", at=MONDAY + 6 * HOUR).pk


def follow_outbox() -> None:
    with scope("worker"):
        ids = list(Step.objects.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        outbox.work(pk)


def owner_url() -> str:
    own = connections["owner"].settings_dict
    return f"postgresql://{own['USER']}:{own['PASSWORD']}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"


def dumped(folder: Path) -> bytes:
    """The whole database as text, as a thief with the server's files would read it."""
    target = folder / "dump.sql"
    postgres.run("pg_dump", owner_url(), "--format=plain", f"--file={target}")
    connections["owner"].close()
    return target.read_bytes()


def forms(text: str) -> Iterator[bytes]:
    """A text in the ways it might lie somewhere: as it is, in other codes, in hex, in base 64 at each of three places."""
    for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        raw = text.encode(code)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for n in range(3):
            packed = base64.b64encode(b"\0" * n + raw)
            yield packed[4 if n else 0 : len(packed) - 4]  # without what its neighbours change
    yield text.encode("unicode_escape")


def found_in(data: bytes, words: list[str]) -> list[tuple[str, bytes]]:
    """Which of the words lie in it, and how."""
    return [
        (text, form[:40])
        for text in words
        for form in {f for f in forms(text) if len(f) >= 6}
        if form in data
    ]  # fmt: skip


__all__ = [
    "MONDAY",
    "SLIP",
    "WORDS",
    "asks",
    "dumped",
    "follow_outbox",
    "found_in",
    "lan_of",
    "second_mark",
    "whole_case",
]
