"""What a procedure file says, as frozen values. Nothing here decides; `engine` and `clocks` read it.

Field names are those of the YAML with `-` for `_`; `from` is `from_states`, `to: stay` is None, `with:
{setting: …}` is `setting`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Mark = Literal["V", "M", "A"]  # read in the cited text; from memory, not to be shown as law; proposed here
Kind = Literal["natural", "working", "clock"]
Unit = Literal["days", "months", "hours"]


@dataclass(frozen=True)
class State:
    """A state of a case. `answers` and `second_look` are said of ends only."""

    name: str
    label: str
    start: bool = False
    end: bool = False
    answers: bool | None = None
    second_look: str | None = None


@dataclass(frozen=True)
class Step:
    """A step somebody may take. `to` None stays where the case is; `on` says whose state it speaks of."""

    name: str
    label: str
    from_states: tuple[str, ...]
    to: str | None
    roles: tuple[str, ...]
    reason: str
    basis: tuple[str, ...]
    mark: str
    guards: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    reopens: bool = False
    on: str = "case"
    setting: str | None = None
    setting_default: int | None = None
    note: str = ""
    words: Mapping[str, str] = field(default_factory=dict)  # Chinese names of the roles, papers and facts it speaks of

    @property
    def reason_required(self) -> bool:
        """Whether whoever takes the step must say why."""
        return self.reason == "required"


@dataclass(frozen=True)
class Trigger:
    """What moves a clock: entering a state, a step, a fact's date, the delivery of a paper, opening another
    procedure.
    """

    enter: tuple[str, ...] = ()
    step: tuple[str, ...] = ()
    fact: tuple[str, ...] = ()
    notice: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.enter or self.step or self.fact or self.notice or self.opens)


@dataclass(frozen=True)
class Amount:
    """A length of time: `number` days, months or hours, counted as `kind` of day (`clock` for hours)."""

    number: int
    unit: Unit
    kind: Kind

    @property
    def words(self) -> str:
        """How an official says it: 5个工作日, 60日, 1个月, 24小时."""
        return f"{self.number}{unit_words(self.unit, self.kind)}"


def unit_words(unit: str, kind: str) -> str:
    """个工作日, 日, 个月 or 小时."""
    if unit == "days":
        return "个工作日" if kind == "working" else "日"
    return {"months": "个月", "hours": "小时"}[unit]


@dataclass(frozen=True)
class Extension:
    """How far a clock may be extended. `days` None: the parties agree the number; `times` None: as often as
    they agree.
    """

    days: int | None
    approver: str
    times: int | None
    mark: str = ""

    @property
    def most(self) -> int | None:
        """The most days all extensions may add together, or None where the parties agree."""
        return None if self.days is None or self.times is None else self.days * self.times


@dataclass(frozen=True)
class Variant:
    """Another length for the cases whose facts are `when`."""

    when: Mapping[str, Any]
    amount: Amount
    basis: tuple[str, ...]
    mark: str
    extension: Extension | None
    note: str = ""
    said: str = ""  # the basis as read aloud, with its mark


@dataclass(frozen=True)
class Clock:
    """A time limit of a procedure. `shorten_only` comes from the setting's declaration in the vocabulary."""

    name: str
    label: str
    binds: str
    scope: str
    starts: Trigger
    stops: Trigger
    amount: Amount
    extension: Extension | None
    warn_at: tuple[int, ...]
    basis: tuple[str, ...]
    mark: str
    restarts: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    setting: str | None = None
    shorten_only: bool = False
    firm: bool = True
    lapses: bool = False
    repeats: bool = False
    only_when: Mapping[str, Any] = field(default_factory=dict)
    due_fact: str | None = None
    note: str = ""
    said: str = ""

    @property
    def right(self) -> bool:
        """A right of the people in the case, which no end of the case takes away."""
        return self.binds in ("complainant", "parties")


@dataclass(frozen=True)
class Opening:
    """Another procedure that may be opened `during` states or `after` ends; `external-…` is told, not run."""

    to: str
    during: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class DossierPart:
    """A paper the dossier must hold; with `if_step` only where one of those steps was taken."""

    paper: str
    if_step: tuple[str, ...] = ()


@dataclass(frozen=True)
class Closing:
    """What must be so before an end that answers."""

    answer_matrix: str
    evidence: tuple[str, ...]
    second_look: str
    rules: tuple[str, ...]
    dossier: tuple[DossierPart, ...]


@dataclass(frozen=True)
class RightsNotice:
    """What the people concerned are told when a step is taken."""

    text: str
    when: str
    basis: tuple[str, ...]
    mark: str


@dataclass(frozen=True)
class Basis:
    """A source of the whole procedure and what it says."""

    source: str
    says: str
    mark: str


@dataclass(frozen=True)
class Procedure:
    """One version of one procedure, as published."""

    name: str
    version: int
    status: str
    label: str
    effective: Mapping[str, Any]
    basis: tuple[Basis, ...]
    who_may_start: tuple[str, ...]
    who_note: str
    about: str
    makes_on_open: tuple[str, ...]
    facts_on_open: tuple[str, ...]
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    clocks: Mapping[str, Clock]
    opens: tuple[Opening, ...]
    closing: Closing
    rights_notices: tuple[RightsNotice, ...]

    @property
    def start(self) -> State:
        """The one state a case begins in."""
        return next(state for state in self.states.values() if state.start)

    @property
    def ends(self) -> tuple[State, ...]:
        """The states a case may end in."""
        return tuple(state for state in self.states.values() if state.end)


@dataclass(frozen=True)
class Vocabulary:
    """The only words a procedure file may use, with what each means; and the papers there are."""

    version: int
    sources: Mapping[str, str]
    roles: Mapping[str, Mapping[str, Any]]
    approvers: Mapping[str, str]
    binds: Mapping[str, str]
    guards: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Mapping[str, Any]]
    scopes: Mapping[str, str]
    papers_to_each_complainant: tuple[str, ...]
    built_in_steps: Mapping[str, Mapping[str, Any]]
    levels: Mapping[str, Mapping[str, Any]]
    setters: Mapping[str, str]
    settings: Mapping[str, Mapping[str, Any]]
    people_of_a_matter_never: tuple[str, ...]
    unit_types: Mapping[str, str]
    flags: Mapping[str, Mapping[str, Any]]
    marks: Mapping[str, str]
    papers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    papers_copy_to_each: tuple[str, ...] = ()

    def source_title(self, basis: str) -> str:
        """`L-XF:23` → 《信访工作条例》23; `OWN:无日数` → 本项目拟定：无日数."""
        keys, _, article = basis.partition(":")
        titles = "、".join(_short(self.sources.get(key, key), key) for key in keys.split(","))
        between = "：" if article and not article[0].isdigit() else ""
        return f"{titles}{between}{article}"

    def basis_said(self, basis: Iterable[str], mark: str) -> str:
        """Bases as read aloud: law only where it was read (V); what is remembered or proposed says so."""
        titles = "；".join(self.source_title(one) for one in basis)
        return {"M": f"凭记忆，未核原文：{titles}", "A": f"拟定，区县可改：{titles}"}.get(mark, titles)


def _short(title: str, key: str) -> str:
    """A law's name without the bracket on its edition, in 《》 where the key is that of a law."""
    name = title.partition("（")[0]
    return f"《{name}》" if key.startswith("L") else name
