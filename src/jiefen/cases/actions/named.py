"""Who is named by a step: who answers for it at the office with the duty, which offices help, which leader sponsors it.

Also what it was graded as and which marks of harm it puts on the matter. All of it stands in the row's codes, so that
`rebuild` can work it out again: ids of staff and offices, and words of the vocabulary.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.actions.opening import CLOCKED, assigned
from jiefen.cases.models import Case
from jiefen.cases.rules import Standing
from jiefen.cases.standing import excluded_units
from jiefen.people.models import Unit
from jiefen.people.queries import holds_posting, postings_at
from jiefen.procedures import definition as defs
from jiefen.procedures.catalogue import vocabulary

GRADES = ("ordinary", "complex", "major")
NAMES_OTHERS = frozenset({"appoint-sponsor"})
"""Steps by which a centre names who answers at the office that has the duty."""


KEEPERS = frozenset({"retaliation", "official-accused"})
"""Marks that belong to the vault's keeper alone: they never stand on a matter that others read."""


def flags_of(given: Mapping[str, Any]) -> list[str]:
    """The marks of harm a step names, as words."""
    said = given.get("flags") or ()
    rows = [said] if isinstance(said, str | Mapping) else list(said) if isinstance(said, list | tuple) else []
    return [str(row.get("flag", "")) if isinstance(row, Mapping) else str(row) for row in rows]


def sponsor_of(given: Mapping[str, Any]) -> Any:
    """The person a step names as sponsor: by id, or as {person}. None where it names nobody."""
    said = given.get("sponsor-person")
    return said.get("person") if isinstance(said, Mapping) else said


def named_wrongly(
    case: Case, standing: Standing, step: defs.Step, given: Mapping[str, Any], unit: int | None, at: datetime
) -> str:
    """What is wrong with whom and what a step names, as a sentence; empty where nothing is."""
    known = vocabulary().flags
    if "flags" in step.facts and any(flag not in known for flag in flags_of(given)):
        return _("标记不认识，请从列表里选择。")
    if "flags" in step.facts and KEEPERS & set(flags_of(given)):
        return _(
            "反映打击报复、检举控告的，不写进本件：写在这里，办这件事的单位都看得到。请从事项页“拆分出来，交专管员”（条例30、46）。"
        )
    if "grade" in step.facts and given.get("grade") not in (None, "", *GRADES):
        return _("请选择难度：一般、复杂或重大疑难。")
    if step.name in NAMES_OTHERS:
        unit = standing.lead.unit if standing.lead else unit
    elif "lead-unit" in step.facts and step.on == "case":
        unit = given.get("lead-unit") or unit
    if ground.keepers_seat([given.get("lead-unit"), *(given.get("helper-units") or ())]):
        return _("检举控告专管席不办理一般事项，请选择别的单位。")
    named = given.get("responsible-person")
    if named and not (unit and holds_posting(named, unit, at)):
        return _("所选责任人不在本单位任职，请重新选择。")
    helpers = given.get("helper-units") or ()
    if not helpers and tuple(step.facts) == ("helper-units",):
        return _("请选择由哪个单位协办。")
    if helpers and "helper-units" in step.facts and "lead-unit" not in step.facts:
        if Unit.objects.filter(pk__in=helpers).count() != len(set(helpers)):
            return _("所选单位不存在，请重新选择。")
        if excluded_units(list(case.parties.all())) & set(helpers):
            return _("所选单位是被投诉单位或其下属，不能经手，请交其上一级或其他单位。")
        if {duty.unit for duty in standing.live()} & set(helpers):
            return _("所选协办单位已经在办这件事，请勿重复。")
    return _wrong_sponsor(case, step, given, at)


def _wrong_sponsor(case: Case, step: defs.Step, given: Mapping[str, Any], at: datetime) -> str:
    if any(given.get(name) and not _is_day(given[name]) for name in CLOCKED):
        return _("请写一个日期，例如2026-03-01。")
    if "sponsor-person" not in step.facts:
        return ""
    person = sponsor_of(given)
    if not isinstance(person, int) or isinstance(person, bool) or not 0 < person < 2**63:
        return _("请写明由哪位领导包案。")
    held = postings_at(at).filter(person_id=person)
    if not held.filter(role="sponsor").exists():
        return _("所选的人没有包案领导的职责，请重新选择。")
    if excluded_units(list(case.parties.all())) & set(held.values_list("unit_id", flat=True)):
        return _("所选领导在被投诉单位任职，须回避，请另选。")
    return ""


def _is_day(said: Any) -> bool:
    try:
        return bool(date.fromisoformat(str(said)))
    except ValueError:
        return False


def naming(codes: dict[str, Any], standing: Standing, step: defs.Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """The codes of a row with what the step names added."""
    helpers, person = list(given.get("helper-units") or ()), given.get("responsible-person")
    if helpers and "helper-units" in step.facts and "lead-unit" not in step.facts:
        codes["assign"] = assigned(len(standing.duties), None, helpers)
    if person and codes.get("assign") and codes["assign"][0]["part"] == "lead":
        codes["assign"][0]["named"] = person
    elif person and step.name in NAMES_OTHERS and standing.lead:
        codes["named"] = {standing.lead.key: person}
    elif person:
        codes["responsible"] = person
    if "sponsor-person" in step.facts and sponsor_of(given):
        codes["sponsor"] = sponsor_of(given)
    if "flags" in step.facts and flags_of(given):
        codes["flags"] = flags_of(given)
    if "grade" in step.facts and "grade" not in codes and standing.about.get("grade"):
        codes["grade"] = standing.about["grade"]
    return codes
