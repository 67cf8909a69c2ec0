"""The verbs: consent, groundwork, agreement, promises, talks with one side alone."""

from jiefen.mediation.actions.agreements import draft_agreement, sign_agreement
from jiefen.mediation.actions.consents import check_bars, give_consent, tell_rights, withdraw_consent
from jiefen.mediation.actions.declines import decline_agreement, decline_consent
from jiefen.mediation.actions.lanes import agree_mediator, correct_entry, release_entry, tell_alone
from jiefen.mediation.actions.obligations import change_obligation, fulfil, tell_unfulfilled

__all__ = [
    "agree_mediator", "change_obligation", "check_bars", "correct_entry", "decline_agreement", "decline_consent", "draft_agreement",
    "fulfil", "give_consent", "release_entry", "sign_agreement", "tell_alone", "tell_rights", "tell_unfulfilled",
    "withdraw_consent",
]  # fmt: skip
