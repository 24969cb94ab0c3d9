"""Voters' pages of matters, under /p/ beside those of stations."""

from django.urls import path

from proposals.views import public, saying

urlpatterns = [
    path("s/<slug:slug>/say/", saying.public_say, name="say"),
    path("track/", public.public_track, name="track"),
    path("matter/", public.public_matter, name="matter"),
    path("matter/rate/", public.public_rate, name="rate"),
]
