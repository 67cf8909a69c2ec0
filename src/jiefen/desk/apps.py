from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jiefen.desk"
    label = "desk"
