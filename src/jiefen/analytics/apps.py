from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "jiefen.analytics"
    label = "analytics"
