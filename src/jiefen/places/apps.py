from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "jiefen.places"
    label = "places"
