"""Addresses of the registry: its tree and map, and what keeps a station's facts."""

from django.urls import path

from stations.views import checklists, checks, coverage, maps, registry

urlpatterns = [
    path("stations/tree/", registry.station_tree, name="tree"),
    path("stations/map/", maps.station_map, name="map"),
    path("stations/<int:pk>/point/", maps.station_point, name="point"),
    path("stations/coverage/", coverage.station_coverage, name="coverage"),
    path("stations/coverage/serve/", coverage.coverage_serve, name="coverage_serve"),
    path(
        "stations/coverage/station/",
        coverage.coverage_station,
        name="coverage_station",
    ),
    path("stations/checklists/", checklists.checklist_list, name="checklist_list"),
    path(
        "stations/checklists/new/", checklists.checklist_create, name="checklist_create"
    ),
    path(
        "stations/checklists/<int:pk>/edit/",
        checklists.checklist_edit,
        name="checklist_edit",
    ),
    path(
        "stations/checklists/<int:pk>/copy/",
        checklists.checklist_copy,
        name="checklist_copy",
    ),
    path("stations/checks/", checks.check_list, name="check_list"),
    path("stations/checks/new/", checks.check_create, name="check_create"),
    path("stations/checks/<int:pk>/", checks.check_detail, name="check_detail"),
    path("stations/checks/<int:pk>/save/", checks.check_save, name="check_save"),
    path(
        "stations/checks/<int:pk>/propose/", checks.check_propose, name="check_propose"
    ),
    path(
        "stations/checks/<int:pk>/take_back/",
        checks.check_take_back,
        name="check_take_back",
    ),
    path(
        "stations/checks/<int:pk>/send_back/",
        checks.check_send_back,
        name="check_send_back",
    ),
    path(
        "stations/checks/<int:pk>/confirm/", checks.check_confirm, name="check_confirm"
    ),
    path(
        "stations/checks/<int:pk>/discard/", checks.check_discard, name="check_discard"
    ),
    path("stations/checks/<int:pk>/sheet/", checks.check_sheet, name="check_sheet"),
    path(
        "stations/checks/<int:pk>/marks/<int:mark>/attach/",
        checks.check_attach,
        name="check_attach",
    ),
    path("stations/checks/files/<int:pk>/", checks.check_file, name="check_file"),
    path(
        "stations/checks/files/<int:pk>/remove/",
        checks.check_file_remove,
        name="check_file_remove",
    ),
    path("stations/<int:pk>/serve/", registry.station_serve, name="serve"),
    path("stations/<int:pk>/close/", registry.station_close, name="close"),
    path("stations/<int:pk>/staff/", registry.station_staff, name="staff"),
    path("stations/<int:pk>/history/", registry.station_history, name="history"),
]
