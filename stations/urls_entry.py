"""Other ways in: walks, and paper sheets behind their QR codes."""

from django.urls import path

from stations.views import sheets, visits

urlpatterns = [
    path("stations/<int:pk>/visits/outing/", visits.visit_outing, name="visit_outing"),
    path("stations/<int:pk>/sheets/", sheets.sheet_list, name="sheet_list"),
    path("stations/<int:pk>/sheets/print/", sheets.sheet_print, name="sheet_print"),
    path("sheets/<slug:token>/", sheets.sheet, name="sheet"),
    path("sheets/<slug:token>/void/", sheets.sheet_void, name="sheet_void"),
    path("sheets/<slug:token>/photo/", sheets.sheet_photo, name="sheet_photo"),
    path(
        "sheets/<slug:token>/photo/add/",
        sheets.sheet_add_photo,
        name="sheet_add_photo",
    ),
]
