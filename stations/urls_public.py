"""Voters' pages of this app, under /p/; the project adds those of matters."""

from django.urls import path

from stations.views import public

app_name = "public"
urlpatterns = [
    path("", public.find, name="find"),
    path("s/<slug:slug>/", public.station, name="station"),
]
