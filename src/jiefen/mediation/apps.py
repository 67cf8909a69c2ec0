from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "jiefen.mediation"
    label = "mediation"

    def ready(self) -> None:
        from jiefen.cases import integrity, panels
        from jiefen.mediation import facts
        from jiefen.mediation.lane_chain import check_lanes
        from jiefen.mediation.panels import MEDIATION

        facts.register_all()
        integrity.register("lanes", check_lanes)
        panels.register(MEDIATION)
