from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = "事项"

    def ready(self) -> None:
        from areas.choices import ImportKind
        from areas.services.import_jobs import take_up
        from proposals.services.ledger.apply import BROKEN, import_ledger

        take_up(ImportKind.LEDGER, import_ledger, broken=BROKEN)
