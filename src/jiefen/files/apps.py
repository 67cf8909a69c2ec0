from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "jiefen.files"
    label = "files"
