"""Pages of old ledgers, below ledgers/; names in the space of proposals."""

from django.urls import path

from proposals.views import ledger

urlpatterns = [
    path("", ledger.ledger_list, name="ledger_list"),
    path("new/", ledger.ledger_upload, name="ledger_upload"),
    path("<int:pk>/", ledger.ledger_detail, name="ledger_detail"),
    path("<int:pk>/errors/", ledger.ledger_refused, name="ledger_refused"),
    path("<int:pk>/count/", ledger.ledger_count, name="ledger_count"),
    path("draft/<str:token>/", ledger.ledger_preview, name="ledger_preview"),
    path("draft/<str:token>/confirm/", ledger.ledger_confirm, name="ledger_confirm"),
    path("draft/<str:token>/discard/", ledger.ledger_discard, name="ledger_discard"),
    path("draft/<str:token>/errors/", ledger.ledger_errors, name="ledger_errors"),
]
