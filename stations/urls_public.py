"""Voters' pages of this app, under /p/; the project adds those of matters."""

from django.urls import path

from stations.views import (
    notices,
    public,
    public_board,
    public_bookings,
    public_who,
)

app_name = "public"
urlpatterns = [
    path("", public.find, name="find"),
    path("s/<slug:slug>/", public.station, name="station"),
    path(
        "s/<slug:slug>/notices/<int:year>/<int:number>/",
        notices.notice,
        name="notice",
    ),
    path("s/<slug:slug>/book/", public_bookings.book_list, name="book_list"),
    path("s/<slug:slug>/book/<int:day>/", public_bookings.book, name="book"),
    path("who/", public_who.who, name="who"),
    path("d/<slug:token>/", public_who.deputy, name="deputy"),
    path("board/", public_board.board, name="board"),
    path("booking/", public_bookings.booking, name="booking"),
    path("booking/cancel/", public_bookings.booking_cancel, name="cancel_booking"),
]
