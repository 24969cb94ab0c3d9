"""Public codes and calendars: opened by anybody, kept by stations and deputies."""

from django.urls import path

from stations.views import codes, notices

urlpatterns = [
    path("q/<slug:token>/", notices.scan, name="scan"),
    path("ical/<slug:token>.ics", notices.feed, name="feed"),
    path("stations/<int:pk>/codes/", codes.station_codes, name="station_codes"),
    path(
        "stations/<int:pk>/codes/<slug:kind>/",
        codes.station_give_code,
        name="station_give_code",
    ),
    path("stations/<int:pk>/deputy-codes/", codes.station_tags, name="station_tags"),
    path("deputies/<int:pk>/codes/", codes.deputy_codes, name="deputy_codes"),
    path(
        "deputies/<int:pk>/codes/<slug:kind>/",
        codes.deputy_give_code,
        name="deputy_give_code",
    ),
    path("codes/<int:pk>/sheet/", codes.code_sheet, name="code_sheet"),
    path("codes/<int:pk>/renew/", codes.code_renew, name="code_renew"),
    path("codes/<int:pk>/revoke/", codes.code_revoke, name="code_revoke"),
]
