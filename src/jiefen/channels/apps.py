from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "jiefen.channels"
    label = "channels"

    def ready(self) -> None:
        from jiefen.cases import panels
        from jiefen.channels.upper.panel import UPPER
        from jiefen.channels.window import succession

        succession.register()
        panels.register(UPPER)
