"""Bookings of a reception day, for its staff."""

from django.urls import path

from stations.views import bookings

urlpatterns = [
    path("receptions/<int:pk>/bookings/", bookings.booking_list, name="booking_list"),
    path(
        "receptions/<int:pk>/bookings/calls/",
        bookings.booking_calls,
        name="booking_calls",
    ),
    path("bookings/<int:pk>/contact/", bookings.booking_reveal, name="booking_reveal"),
    path("bookings/<int:pk>/<slug:verb>/", bookings.booking_step, name="booking_step"),
]
