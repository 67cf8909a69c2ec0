from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "jiefen.people"
    label = "people"
