"""What the pages of a mediation call a party."""

from django.utils.translation import gettext as _

from jiefen.cases.models import Party
from jiefen.kernel.masking import mask_name
from jiefen.kernel.seal import Key


def name_of(party: Party, key: Key) -> str:
    """A party as this page calls them: by side, the name covered."""
    if party.unit:
        return party.unit.name
    label = _("申请人") if party.role == Party.Role.COMPLAINANT else _("对方")
    if party.identity == Party.Identity.ANONYMOUS:
        return f"{label}（{_('匿名')}）"
    who = key.open(party.sealed, field="party") or {}
    return f"{label}{mask_name(who.get('name', ''))}"


def called_by(party: Party, me: Party, key: Key) -> str:
    """A party as another one reads of them: oneself is oneself, and who hides their name or gave none stays without."""
    if party.pk == me.pk:
        return _("您")
    if party.identity != Party.Identity.NAMED and not party.unit:
        return _("申请人") if party.role == Party.Role.COMPLAINANT else _("对方")
    return name_of(party, key)
