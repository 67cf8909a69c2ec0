"""A talk with one side alone: a mediation brought as far as people sit together, and what each does with it in a browser."""

import json
from typing import Any

from tests.kill.house import House

PHONES = {"lan": "13800006401", "shi": "13800006402"}
SETUP = """
from datetime import timedelta
from jiefen.cases.models import Case, Party
from jiefen.cases.tests.petitions import HOUR
from jiefen.intake.drafts import IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.clock import now
from jiefen.mediation.tests.walk import Mediation
from jiefen.people.actor import actor_for
from jiefen.people.models import Person, Unit
from jiefen.triage.actions import Decision, decide, take_in
from jiefen.triage.doors import follow
from jiefen.triage.models import TriageDecision

class Demo:
    def actor(self, name, at):
        return actor_for(Person.objects.get(username=name), at)

demo, at = Demo(), now() - timedelta(days=2)
zhou, justice = demo.actor("zhou", at), demo.actor("ming", at).held[0].unit_id
with scope("worker"):
    home = Unit.objects.get(pk=justice).area

    def told(text, name, phone):
        draft = IntakeDraft(channel="window", once_key="lane " + phone, text=text, name=name, phone=phone)
        receipt = take_in(draft, home=home, by=zhou, at=at)
        return receipt, Intake.objects.get(pk=receipt.intake_id)

    lan, asks = told("在供销社仓库贴瓷砖，石建国还欠我工资9560元，请帮忙调解。", "兰秀英", PHONES["lan"])
    shi, says = told("兰秀英的工钱我认，只是一时拿不出，请帮忙调解。", "石建国", PHONES["shi"])
    made = decide(asks, Decision(
        action="open", kind="0701", unit=justice, procedure="labour-dispute-mediation", demands=["支付瓷砖工资9560元"],
        respondents=["石建国"], title="供销社仓库瓷砖工钱", extra={"knew-of-harm-on": str(at.date())},
    ), by=zhou, at=at)
    case = Case.objects.get(pk=made.case_id)
    # The other side follows it by a code of their own, as they do once they were invited.
    TriageDecision.objects.create(intake=says, action="join", case=case, by_id=zhou.person_id, at=at, recorded_at=at)
    says.state = "decided"
    says.save(update_fields=["state"])
    Party.objects.filter(case=case, key="p2").update(receipt=says.pk)
    follow([case.pk])
    w = Mediation(demo, case, at, leads="ming")
    w.fresh()
    w.in_session()
print(json.dumps({"case": case.slug, "lan": lan.token, "shi": shi.token}))
"""


def in_session(house: House) -> dict[str, str]:
    """Lan and Shi sit together with Ming: the case's address, and where each follows it by code."""
    made: dict[str, str] = house.run(f"PHONES = {json.dumps(PHONES)}\n{SETUP}")
    return {"case": f"/cases/{made['case']}/", "lan": f"/follow/{made['lan']}/", "shi": f"/follow/{made['shi']}/"}


def note(ming: Any, case: str, party: str, words: str, yuan: str) -> None:
    """The mediator writes down what one side told him alone, from the page of the mediation."""
    ming.goto(f"{case}mediation/")
    ming.click(f"a[href='{case}mediation/alone/']")
    ming.wait_for_url("**/alone/")
    ming.select_option(f"#k{party}", "concession")
    ming.fill(f"#w{party}", words)
    ming.fill(f"#y{party}", yuan)
    with ming.expect_navigation():
        ming.click(f"#{party} button:has-text('记在这一栏')")


def opened(page: Any, base: str, who: str) -> str:
    """Somebody comes from their own page to what they told the mediator alone; the words there."""
    page.goto(base)
    page.click(f"a[href='{base}alone/']")
    page.wait_for_url("**/alone/")
    page.fill("#s", PHONES[who][-4:])
    with page.expect_navigation():
        page.click("button[value=read]")
    return str(page.inner_text("main"))


def say(page: Any, who: str, words: str, yuan: str) -> str:
    """And says something more; the words of the page after it."""
    page.select_option("#k", "offer")
    page.fill("#w", words)
    page.fill("#y", yuan)
    page.fill("#s-s", PHONES[who][-4:])
    with page.expect_navigation():
        page.click("section[aria-labelledby=h-say] button")
    return str(page.inner_text("main"))
