"""Pages of stations, reception days and visits; steps have the name of their verb."""

from django.urls import include, path

from stations.views import county, days, duties, guests, stations, visits

app_name = "stations"
urlpatterns = [
    path("", include("stations.urls_registry")),
    path("", include("stations.urls_bookings")),
    path("", include("stations.urls_codes")),
    path("", include("stations.urls_plans")),
    path("", include("stations.urls_papers")),
    path("stations/", stations.station_list, name="list"),
    path("stations/new/", stations.station_create, name="create"),
    path("stations/<int:pk>/", stations.station_detail, name="detail"),
    path("stations/<int:pk>/edit/", stations.station_edit, name="edit"),
    path(
        "stations/<int:pk>/deputies/",
        stations.station_deputy_add,
        name="station_deputy",
    ),
    path(
        "stations/<int:pk>/deputies/<int:stationing>/end/",
        stations.stationing_end,
        name="end_stationing",
    ),
    path("stations/<int:pk>/visits/new/", visits.visit_create, name="visit_create"),
    path("stations/<int:pk>/days/new/", days.day_create, name="day_create"),
    path("receptions/", days.day_list, name="day_list"),
    path("receptions/calendar/", county.county_calendar, name="county_calendar"),
    path("receptions/quiet/", county.quiet_list, name="quiet_list"),
    path("receptions/<int:pk>/", days.day_detail, name="day_detail"),
    path("receptions/<int:pk>/edit/", days.day_edit, name="day_edit"),
    path("receptions/<int:pk>/announce/", days.day_announce, name="day_announce"),
    path("receptions/<int:pk>/hold/", days.day_hold, name="day_hold"),
    path("receptions/<int:pk>/cancel/", days.day_cancel, name="day_cancel"),
    path("receptions/<int:pk>/notice/", days.day_notice, name="day_notice"),
    path("receptions/<int:pk>/register/", days.day_register, name="day_register"),
    path("receptions/<int:pk>/duties/", duties.duty_add, name="duty_add"),
    path("receptions/<int:pk>/duties/<int:deputy>/", duties.duty_set, name="duty_set"),
    path(
        "receptions/<int:pk>/duties/<int:deputy>/drop/",
        duties.duty_drop,
        name="duty_drop",
    ),
    path("receptions/<int:pk>/guests/", guests.guest_invite, name="guest_invite"),
    path(
        "receptions/<int:pk>/guests/<int:guest>/drop/",
        guests.guest_drop,
        name="guest_drop",
    ),
    path("", include("stations.urls_entry")),
    path("visits/", visits.visit_list, name="visit_list"),
    path("visits/export/", visits.visit_export, name="visit_export"),
    path("visits/<int:pk>/", visits.visit_detail, name="visit_detail"),
    path("visits/<int:pk>/amend/", visits.visit_amend, name="visit_amend"),
    path("visits/<int:pk>/contact/", visits.visit_reveal, name="visit_reveal"),
]
