"""The map of the REST interface: every record's viewset, and the schema."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from activities.api import ActivityViewSet
from deputies.api import DeputyViewSet, GroupViewSet
from deputywork.views import api_docs, api_schema
from proposals.api.views import ProposalViewSet
from reports.api import MetricViewSet, StatsViewSet
from stations.api import ReceptionViewSet, StationViewSet, VisitViewSet
from stations.api_checks import CheckViewSet
from stations.api_plans import PlanViewSet

router = SimpleRouter()
router.register("deputies", DeputyViewSet, "deputy")
router.register("groups", GroupViewSet, "group")
router.register("proposals", ProposalViewSet, "proposal")
router.register("stations", StationViewSet, "station")
router.register("receptions", ReceptionViewSet, "reception")
router.register("plans", PlanViewSet, "plan")
router.register("visits", VisitViewSet, "visit")
router.register("activities", ActivityViewSet, "activity")
router.register("checks", CheckViewSet, "check")
router.register("metrics", MetricViewSet, "metric")
router.register("stats", StatsViewSet, "stats")

app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", api_schema, name="schema"),
    path("docs/", api_docs, name="docs"),
]
