"""From a checked file's plain mapping to frozen values. Trusts that the checks passed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .definition import (
    Amount,
    Basis,
    Clock,
    Closing,
    DossierPart,
    Extension,
    Opening,
    Procedure,
    RightsNotice,
    State,
    Step,
    Trigger,
    Variant,
    Vocabulary,
)
from .strict import listed

Raw = Mapping[str, Any]


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(name) for name in listed(value))


def _frozen(values: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(values)


def vocabulary(raw: Raw, papers: Raw) -> Vocabulary:
    """The vocabulary's mapping and the papers' as one value."""
    return Vocabulary(
        version=raw["version"],
        sources=raw["sources"],
        roles=raw["roles"],
        approvers=raw["approvers"],
        binds=raw["binds"],
        guards=raw["guards"],
        facts=raw["facts"],
        scopes=raw["scopes"],
        papers_to_each_complainant=_names(raw["papers-to-each-complainant"]),
        papers_copy_to_each=_names(raw.get("papers-copy-to-each-complainant", ())),
        built_in_steps=raw["built-in-steps"],
        levels=raw["levels"],
        setters=raw["setters"],
        settings=raw["settings"],
        people_of_a_matter_never=_names(raw["people-of-a-matter-never"]),
        unit_types=raw["unit-types"],
        flags=raw["flags"],
        marks=raw["marks"],
        papers=papers,
    )


def procedure(raw: Raw, vocabulary: Vocabulary) -> Procedure:
    """One procedure."""
    closing = raw["closing"]
    return Procedure(
        name=raw["procedure"],
        version=raw["version"],
        status=raw["status"],
        label=raw["label"],
        effective=raw["effective"],
        basis=tuple(Basis(str(b["source"]), str(b["says"]), b["mark"]) for b in raw["basis"]),
        who_may_start=_names(raw["who-may-start"]["roles"]),
        who_note=raw["who-may-start"].get("note", ""),
        about=raw["about"],
        makes_on_open=_names(raw["makes-on-open"]),
        facts_on_open=_names(raw["facts-on-open"]),
        states=_frozen({name: _state(name, state) for name, state in raw["states"].items()}),
        steps=_frozen({name: _step(name, step, vocabulary) for name, step in raw["steps"].items()}),
        clocks=_frozen({name: _clock(name, clock, vocabulary) for name, clock in raw["clocks"].items()}),
        opens=tuple(
            Opening(o["to"], _names(o.get("during")), _names(o.get("after")), o.get("note", "")) for o in raw["opens"]
        ),
        closing=Closing(
            answer_matrix=closing["answer-matrix"],
            evidence=_names(closing["evidence"]),
            second_look=closing["second-look"],
            rules=_names(closing["rules"]),
            dossier=tuple(
                DossierPart(part) if isinstance(part, str) else DossierPart(part["paper"], _names(part["if-step"]))
                for part in closing["dossier"]
            ),
        ),
        rights_notices=tuple(
            RightsNotice(n["text"], n["when"], _names(n["basis"]), n["mark"]) for n in raw["rights-notices"]
        ),
    )


def _state(name: str, raw: Raw) -> State:
    return State(
        name, raw["label"], bool(raw.get("start")), bool(raw.get("end")), raw.get("answers"), raw.get("second-look")
    )


def _step(name: str, raw: Raw, vocabulary: Vocabulary) -> Step:
    setting = (raw.get("with") or {}).get("setting")
    guards = _names(raw.get("guards"))
    facts = {*_names(raw.get("facts")), *(fact for guard in guards for fact in vocabulary.guards[guard]["facts"])}
    words = {role: vocabulary.roles[role]["label"] for role in raw["roles"]}
    words |= {fact: vocabulary.facts[fact]["label"] for fact in facts}
    words |= {paper: f"《{vocabulary.papers[paper]['label']}》" for paper in _names(raw.get("needs"))}
    return Step(
        name=name,
        label=raw["label"],
        from_states=_names(raw["from"]),
        to=None if raw["to"] == "stay" else raw["to"],
        roles=_names(raw["roles"]),
        reason=raw["reason"],
        basis=_names(raw["basis"]),
        mark=raw["mark"],
        guards=guards,
        facts=_names(raw.get("facts")),
        needs=_names(raw.get("needs")),
        makes=_names(raw.get("makes")),
        tell=_names(raw.get("tell")),
        reopens=bool(raw.get("reopens")),
        on=raw.get("on", "case"),
        setting=setting,
        setting_default=vocabulary.settings[setting]["default"] if setting else None,
        note=raw.get("note", ""),
        words=_frozen(words),
    )


def _amount(raw: Raw) -> Amount:
    for unit in ("days", "months", "hours"):
        if unit in raw:
            return Amount(raw[unit], unit, raw["kind"])  # type: ignore[arg-type]
    raise KeyError("days")


def _extension(raw: Any) -> Extension | None:
    if raw == "none":
        return None
    days, times = raw["days"], raw["times"]
    return Extension(
        None if days == "agreed" else days, raw["approver"], None if times == "many" else times, raw.get("mark", "")
    )


def _trigger(raw: Raw) -> Trigger:
    return Trigger(*(_names(raw.get(key)) for key in ("enter", "step", "fact", "notice", "opens")))


def _clock(name: str, raw: Raw, vocabulary: Vocabulary) -> Clock:
    extension = _extension(raw["extension"])
    setting = raw.get("setting")
    return Clock(
        name=name,
        label=raw["label"],
        binds=raw["binds"],
        scope=raw["scope"],
        starts=_trigger(raw["starts"]),
        stops=_trigger(raw.get("stops", {})),
        amount=_amount(raw),
        extension=extension,
        warn_at=tuple(raw["warn-at"]),
        basis=_names(raw["basis"]),
        mark=raw["mark"],
        restarts=_names(raw.get("restarts", {}).get("step")),
        pauses=_names(raw.get("pauses")),
        variants=tuple(
            Variant(
                when=v["when"],
                amount=_amount(v),
                basis=_names(v["basis"]),
                mark=v["mark"],
                extension=_extension(v["extension"]) if "extension" in v else extension,
                note=v.get("note", ""),
                said=vocabulary.basis_said(_names(v["basis"]), v["mark"]),
            )
            for v in raw.get("variants", [])
        ),
        setting=setting,
        shorten_only=bool(setting and vocabulary.settings[setting]["shorten-only"]),
        firm=raw.get("firm", True),
        lapses=bool(raw.get("lapses")),
        repeats=bool(raw.get("repeats")),
        only_when=raw.get("only-when", {}),
        due_fact=raw.get("due-fact"),
        note=raw.get("note", ""),
        said=vocabulary.basis_said(_names(raw["basis"]), raw["mark"]),
    )
