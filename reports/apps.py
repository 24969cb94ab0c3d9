from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "数据与报告"

    def ready(self) -> None:
        from proposals.signals import proposal_changed, proposals_changed
        from reports import rollup
        from stations.signals import day_changed, visit_changed, visits_changed

        for signal, receiver, uid in (
            (proposal_changed, rollup.matter_changed, "figures-of-matters"),
            (proposals_changed, rollup.matters_changed, "figures-of-many-matters"),
            (visit_changed, rollup.facts_changed, "figures-of-visits"),
            (visits_changed, rollup.many_facts_changed, "figures-of-many-visits"),
            (day_changed, rollup.facts_changed, "figures-of-days"),
        ):
            signal.connect(receiver, dispatch_uid=uid)
