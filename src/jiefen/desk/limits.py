"""How often something may be tried: counted an hour (or a day) at a time, across processes, under marks that name nobody.

A try is counted before it is weighed, and given back when it was right: so a hundred at the same moment are a hundred tries,
not one. Where somebody comes from is the address that the server took for the client's: a header is believed only from a
machine in front that the server was told of (`FORWARDED_ALLOW_IPS`); of an IPv6 address the first half, which is one household.
"""

import ipaddress
import secrets
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest

from jiefen.kernel.clock import local
from jiefen.kernel.ids import next_number
from jiefen.kernel.seal import blind

WRONG_AN_HOUR = 20
"""Wrong codes one address may try in an hour before it has to wait."""
WRONG_A_CODE = 6
"""Wrong second things one short code bears in an hour, from wherever they come."""
WRONG_A_DAY = 20
"""The same in a day. The second thing may be four digits: a hundred and forty tries a day would find it within weeks."""
RUSH_CODES = 300
"""Wrong codes in an hour, over all codes and addresses, from which on somebody is guessing from many places at once. Nobody is
shut out then, but few may be wrong: see the next two."""
WRONG_IN_A_RUSH = 3
WRONG_A_CODE_IN_A_RUSH = 2
SAID_AN_HOUR = 30
"""Matters one address may send in an hour: a village office may send for many."""
RUSH_SAID = 600
"""Matters in an hour from all addresses, from which on somebody is flooding the form: then so many from each address."""
SAID_IN_A_RUSH = 5
EVERYWHERE = "all"


def origin(request: HttpRequest, *_: Any) -> str:
    """Where a request comes from, as far as it is told apart: the IPv4 address, or the /64 of an IPv6 one."""
    said = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(said.partition("%")[0])
    except ValueError:
        return "0.0.0.0"
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return str(mapped)
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def address_mark(request: HttpRequest) -> str:
    """A mark of where a request comes from; the address itself is kept nowhere."""
    return blind("address", origin(request)).hex()[:16]


def _series(what: str, whose: str, at: datetime, *, day: bool = False) -> str:
    return f"try {what} {local(at):%Y%m%d}{'' if day else f'{local(at):%H}'} {whose}"


def tried(what: str, whose: str, at: datetime) -> int:
    """How many of this hour were counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM kernel_counter WHERE series = %s", [_series(what, whose, at)])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def count_try(what: str, whose: str, at: datetime) -> None:
    """Count one of this hour."""
    spend(what, whose, at, 0)


def spend(what: str, whose: str, at: datetime, most: int, *, day: bool = False) -> bool:
    """Count one, of this hour or this day, and say whether it is still among the first `most`."""
    if secrets.randbelow(200) == 0:  # now and then, the days gone by are swept out
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM kernel_counter WHERE series LIKE 'try %%' AND series NOT LIKE %s",
                [f"try % {local(at):%Y%m%d}%"],
            )
    return next_number(_series(what, whose, at, day=day)) <= most


def give_back(what: str, whose: str, at: datetime, *, day: bool = False) -> None:
    """It was right: it does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_counter SET value = value - 1 WHERE series = %s AND value > 0",
            [_series(what, whose, at, day=day)],
        )


def code_mark(code: str) -> str:
    """A mark of a short code as typed, whether there is such a one or not."""
    return blind("typed", code).hex()[:16]


def may_try(code: str, whose: str, at: datetime) -> str:
    """Count a try of a code from somewhere; `code`: the mark of a short one, empty for a long one. Empty where it may be
    tried; else «hour» or «day»: until when no more."""
    rush = tried("rush-code", EVERYWHERE, at) >= RUSH_CODES
    if not spend("follow", whose, at, WRONG_IN_A_RUSH if rush else WRONG_AN_HOUR):
        return "hour"
    if not code:
        return ""
    if not spend("code", code, at, WRONG_A_CODE_IN_A_RUSH if rush else WRONG_A_CODE):
        return "hour"
    return "" if spend("code-day", code, at, WRONG_A_DAY, day=True) else "day"


def was_right(code: str, whose: str, at: datetime) -> None:
    """The code was right."""
    give_back("follow", whose, at)
    if code:
        give_back("code", code, at)
        give_back("code-day", code, at, day=True)


def was_wrong(at: datetime) -> None:
    """The code was wrong: it counts towards a rush."""
    count_try("rush-code", EVERYWHERE, at)


def sent_too_many(whose: str, at: datetime) -> bool:
    """Whether one address has sent as many matters as it may in this hour."""
    rush = tried("rush-say", EVERYWHERE, at) >= RUSH_SAID
    return tried("say", whose, at) >= (SAID_IN_A_RUSH if rush else SAID_AN_HOUR)


def count_sent(whose: str, at: datetime) -> None:
    """A matter was sent."""
    count_try("say", whose, at)
    count_try("rush-say", EVERYWHERE, at)
