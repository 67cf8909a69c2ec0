from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "jiefen.channels"
    label = "channels"
