"""Pages of figures and reports."""

from django.urls import path

from reports.views import figures, ledgers, receptions, reports

app_name = "reports"
urlpatterns = [
    path("dashboard/", figures.dashboard, name="dashboard"),
    path("dashboard/export/", figures.export, name="export"),
    path("dashboard/rows/", figures.figure_rows, name="rows"),
    path("dashboard/metrics/", figures.metrics, name="metrics"),
    path("receptions/months/", receptions.receptions, name="receptions"),
    path(
        "receptions/months/export/",
        receptions.receptions_export,
        name="receptions_export",
    ),
    path("ledgers/", ledgers.ledger_list, name="ledgers"),
    path("ledgers/<str:key>/", ledgers.ledger_detail, name="ledger"),
    path(
        "ledgers/<str:key>/export/",
        ledgers.ledger_export,
        {"ending": "xlsx"},
        name="ledger_export",
    ),
    path(
        "ledgers/<str:key>/word/",
        ledgers.ledger_export,
        {"ending": "docx"},
        name="ledger_word",
    ),
    path("reports/", reports.report_list, name="list"),
    path("reports/<int:pk>/", reports.report_detail, name="detail"),
    path("reports/<int:pk>/progress/", reports.report_progress, name="progress"),
    path("reports/<int:pk>/rebuild/", reports.report_rebuild, name="rebuild"),
    path("reports/<int:pk>/<str:kind>/", reports.report_file, name="file"),
]
