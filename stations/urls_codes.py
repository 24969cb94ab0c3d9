"""Public codes and calendars: opened by anybody, kept by stations and deputies."""

from django.urls import path

from stations.views import notices

urlpatterns = [
    path("q/<slug:token>/", notices.scan, name="scan"),
    path("ical/<slug:token>.ics", notices.feed, name="feed"),
]
