"""The map of the pages."""

from django.urls import include, path

from deputywork import views
from reports.views.today import today

urlpatterns = [
    path("", today, name="today"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("", include("areas.urls")),
    path("notices/", include("notices.urls")),
    path("deputies/", include("deputies.urls")),
    path("api/", include("deputywork.api")),
    path("", include("stations.urls")),
    path("activities/", include("activities.urls")),
    path("proposals/", include("proposals.urls")),
    path("", include("reports.urls")),
    path("p/", include("deputywork.urls_public")),
]

handler404 = "deputywork.views.not_found"
handler500 = "deputywork.views.server_error"
