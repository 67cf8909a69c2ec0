from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jiefen.cases"
    label = "cases"

    def ready(self) -> None:
        from jiefen.cases import readers, rehome

        readers.register_all()
        rehome.register()
