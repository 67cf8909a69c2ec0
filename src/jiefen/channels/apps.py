from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "jiefen.channels"
    label = "channels"

    def ready(self) -> None:
        from jiefen.channels.window import succession

        succession.register()
