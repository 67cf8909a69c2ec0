from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "jiefen.notices"
    label = "notices"

    def ready(self) -> None:
        from jiefen.cases import rehome
        from jiefen.kernel import outbox
        from jiefen.notices import actions, changes, joining, questions
        from jiefen.people import successions

        outbox.after_step("notices", actions.after_step)
        outbox.after_step("question notices", questions.after_step)
        outbox.after_step("joined matters", joining.after_step)
        rehome.when_orphaned(actions.orphans_found)
        successions.when_changing(changes.tell_of)
