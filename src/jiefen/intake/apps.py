from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "jiefen.intake"
    label = "intake"
