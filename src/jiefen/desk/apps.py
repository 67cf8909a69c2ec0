from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jiefen.desk"
    label = "desk"

    def ready(self) -> None:
        from jiefen.cases import panels
        from jiefen.desk.branching import BRANCHES
        from jiefen.desk.hard.five import FIVES
        from jiefen.desk.joining.panel import JOINING
        from jiefen.desk.levels.panel import LEVEL
        from jiefen.desk.measures.panel import MEASURES
        from jiefen.desk.publication.panel import PUBLICATION
        from jiefen.desk.questions.panel import QUESTIONS
        from jiefen.desk.recusal.panel import RECUSAL
        from jiefen.desk.representatives.panel import REPRESENTATIVES
        from jiefen.desk.road import ROAD
        from jiefen.desk.telling.panel import TELLING
        from jiefen.desk.vault.panel import VAULT

        for panel in (
            LEVEL,
            BRANCHES,
            ROAD,
            QUESTIONS,
            TELLING,
            VAULT,
            FIVES,
            JOINING,
            REPRESENTATIVES,
            MEASURES,
            PUBLICATION,
            RECUSAL,
        ):
            panels.register(panel)
