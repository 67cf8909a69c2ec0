from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "jiefen.privacy"
    label = "privacy"

    def ready(self) -> None:
        from jiefen.cases import panels
        from jiefen.privacy import succession
        from jiefen.privacy.panel import CORRECTIONS, UNMASK_ASKS

        panels.register(CORRECTIONS)
        panels.register(UNMASK_ASKS)
        succession.register()
