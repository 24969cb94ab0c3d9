"""The map of voters' pages, under /p/."""

from proposals import urls_public as matters
from stations import urls_public as stations

app_name = "public"
urlpatterns = [*stations.urlpatterns, *matters.urlpatterns]
