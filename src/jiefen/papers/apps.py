from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "jiefen.papers"
    label = "papers"

    def ready(self) -> None:
        from jiefen.cases import facts
        from jiefen.kernel import outbox
        from jiefen.papers import actions, queries, readers, succession

        outbox.after_step("papers", actions.make_papers)
        succession.register()
        facts.register("papers-kinds", lambda m: queries.kinds_on_file(m.case))
        facts.register("papers-on-file", queries.dossier_rows)
        facts.register("opinion-parts", readers.opinion_parts)
        facts.register("remedy-text", readers.remedy_told)
