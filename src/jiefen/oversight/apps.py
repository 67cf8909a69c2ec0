from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "jiefen.oversight"
    label = "oversight"

    def ready(self) -> None:
        from jiefen.cases import facts
        from jiefen.oversight import actions

        facts.register("follow-ups", actions.follow_ups)
        facts.register("withdrawal-check", actions.withdrawal_check)
