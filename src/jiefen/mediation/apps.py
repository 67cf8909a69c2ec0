from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "jiefen.mediation"
    label = "mediation"

    def ready(self) -> None:
        from jiefen.cases import panels
        from jiefen.mediation import facts
        from jiefen.mediation.panels import MEDIATION

        facts.register_all()
        panels.register(MEDIATION)
