from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jiefen.cases"
    label = "cases"

    def ready(self) -> None:
        from jiefen.cases import integrity, questions, readers, rehome, succession
        from jiefen.people.queries import areas_staffed
        from jiefen.places.checks import register_staffed

        readers.register_all()
        rehome.register()
        succession.register()
        integrity.register("questions", questions.differing)
        register_staffed(areas_staffed)  # people and places do not know each other; the first floor above both tells
