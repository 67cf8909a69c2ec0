from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jiefen.desk"
    label = "desk"

    def ready(self) -> None:
        from jiefen.cases import panels
        from jiefen.desk.branching import BRANCHES
        from jiefen.desk.questions.panel import QUESTIONS
        from jiefen.desk.road import ROAD

        for panel in (BRANCHES, ROAD, QUESTIONS):
            panels.register(panel)
