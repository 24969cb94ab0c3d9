from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "数据与报告"

    def ready(self) -> None:
        from proposals.signals import proposal_changed
        from reports.rollup import facts_changed, matter_changed
        from stations.signals import day_changed, visit_changed

        proposal_changed.connect(matter_changed, dispatch_uid="figures-of-matters")
        visit_changed.connect(facts_changed, dispatch_uid="figures-of-visits")
        day_changed.connect(facts_changed, dispatch_uid="figures-of-days")
