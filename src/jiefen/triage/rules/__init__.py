"""Pure triage rules: what a text might be, and who it goes to. No web, no database, no clock."""

from .facts import Facts
from .grade import GradeResult, decide_grade
from .harm import URGENT, Flag
from .lexicon import Hit, KindGuess, classify
from .numbers import Reading
from .place import AreaRow, Gazetteer, Place
from .route import Duty, Lost, Route, exclude, find_route
from .suggest import Suggestion, suggest
from .tables import GradeRule, Guard, Kind, RouteRule, TableError, Tables, Word

__all__ = [
    "URGENT",
    "AreaRow",
    "Duty",
    "Facts",
    "Flag",
    "Gazetteer",
    "GradeResult",
    "GradeRule",
    "Guard",
    "Hit",
    "Kind",
    "KindGuess",
    "Lost",
    "Place",
    "Reading",
    "Route",
    "RouteRule",
    "Suggestion",
    "TableError",
    "Tables",
    "Word",
    "classify",
    "decide_grade",
    "exclude",
    "find_route",
    "suggest",
]
