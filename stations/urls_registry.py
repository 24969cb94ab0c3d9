"""Addresses of the registry: its tree and map, and what keeps a station's facts."""

from django.urls import path

from stations.views import registry

urlpatterns = [
    path("stations/tree/", registry.station_tree, name="tree"),
    path("stations/<int:pk>/serve/", registry.station_serve, name="serve"),
    path("stations/<int:pk>/close/", registry.station_close, name="close"),
    path("stations/<int:pk>/staff/", registry.station_staff, name="staff"),
    path("stations/<int:pk>/history/", registry.station_history, name="history"),
]
