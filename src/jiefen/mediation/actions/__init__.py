"""The verbs: consent, groundwork, agreement, promises."""

from jiefen.mediation.actions.agreements import draft_agreement, sign_agreement
from jiefen.mediation.actions.consents import check_bars, give_consent, tell_rights, withdraw_consent
from jiefen.mediation.actions.declines import decline_consent
from jiefen.mediation.actions.obligations import change_obligation, fulfil, tell_unfulfilled

__all__ = [
    "change_obligation", "check_bars", "decline_consent", "draft_agreement", "fulfil", "give_consent", "sign_agreement", "tell_rights",
    "tell_unfulfilled", "withdraw_consent",
]  # fmt: skip
