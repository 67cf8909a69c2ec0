"""Walking an accusation by the real verbs: sealed, screened, handed over, or found to be none."""

from jiefen.cases.models import Case
from jiefen.cases.tests.petitions import HOUR
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.mediation.tests.walk import Mediation, office
from jiefen.triage.actions import Decision, decide
from jiefen.triage.vault import give_back, let_out
from tests.world import MONDAY

ACCUSED = "我实名举报柳河镇干部张某收受贿赂、贪污补助款。"
PART = "另外举报：工地是张某的小舅子包的，张某收了钱。"
EVERYBODY = ("zhou", "ge", "ming", "he", "su", "lin", "officer", "agent", "caller", "an", "wen")


def keep(intake: Intake) -> None:
    store(
        b"%PDF-1.4 bank slip\n%%EOF",
        "转账.pdf",
        holder=f"intake:{intake.pk}",
        key_id=intake.key_id,
        given_by="resident",
        at=MONDAY,
    )


def sealed(county, once: str = "vault", text: str = ACCUSED, **decision) -> Mediation:
    """Lan tells it at Zhou's window; the rules know it; the keeper makes it a vault matter."""
    receipt = county.intake(once_key=once, text=text)
    intake = Intake.objects.select_related("key").get(pk=receipt.intake_id)
    said = {
        "action": "open",
        "kind": "2401",
        "demands": ["查处张某"],
        "respondent_units": [county.units["town"].pk],
    } | decision
    made = decide(intake, Decision(**said), by=county.actor("keeper"), at=MONDAY)
    w = Mediation(county, Case.objects.get(pk=made.case_id), MONDAY, leads="keeper")
    w.fresh()
    return w


def discipline(county) -> int:
    return office(county, "discipline", "县纪委监委", "discipline").pk


def screened(county, once: str = "vault") -> Mediation:
    w = sealed(county, once)
    w.step(
        "screen",
        "keeper",
        accused_level="township",
        receiver_unit={
            "unit": discipline(county) if "discipline" not in county.units else county.units["discipline"].pk
        },
    )
    return w


def handed_over(county) -> Mediation:
    """Screened, told to the organisation, retaliation reported by Lan herself, handed over, sent back once, received."""
    w = screened(county)
    w.does("inform-organisation")
    w.step(
        "report-retaliation", None, for_party="p1", new_facts="他们不让我上工", safe_channel="不打电话，写信到女儿家"
    )
    w.does("hand-over")
    w.step("take-back", "keeper", objection_reasons="管理权限不符")
    w.step("hand-over", "keeper")
    w.does("receipt")
    return w


def not_an_accusation(county) -> Mediation:
    w = sealed(county, "mistaken", "我举报楼上半夜漏水，干部没有来，贪污公共水费")
    w.at += HOUR
    let = let_out(
        w.case, title="欠薪", demands=["支付工资"], by=county.actor("keeper"), at=w.at, reason="本人同意另外求助", kind="0701",
        safe_channel="写信",
    )  # fmt: skip
    assert let.stratum == 0 and let.arose_from_id is None
    w.at += HOUR
    give_back(
        w.case,
        title="楼上漏水",
        demands=["修好水管"],
        by=county.actor("keeper"),
        at=w.at,
        reason="说的是漏水，不是检举",
        kind="0201",
    )
    return w
