from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "jiefen.procedures"
    label = "procedures"
