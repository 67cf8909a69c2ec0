from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "jiefen.oversight"
    label = "oversight"

    def ready(self) -> None:
        from jiefen.cases import facts, panels
        from jiefen.kernel import outbox
        from jiefen.oversight import readers, reopening, rulings, sponsor
        from jiefen.oversight.panels import FOLLOW_UPS, MEETINGS, REOPEN_ASKS

        facts.register("follow-ups", readers.follow_ups)
        facts.register("withdrawal-check", readers.withdrawal_check)
        facts.register("listing-reasons", sponsor.listing_reasons)
        facts.register("sponsor-person", sponsor.sponsor_person)
        panels.register(FOLLOW_UPS)
        panels.register(REOPEN_ASKS)
        panels.register(MEETINGS)
        outbox.after_step("reopen asks", reopening.after_step)
        outbox.after_step("precedents", rulings.keep_precedent)
