"""What is printed at a station."""

from django.urls import path

from stations.views import papers

urlpatterns = [
    path("stations/<int:pk>/form/", papers.blank_form, name="blank_form"),
    path("visits/<int:pk>/form/", papers.visit_form, name="visit_form"),
    path("receptions/<int:pk>/forms/", papers.day_forms, name="day_forms"),
    path("receptions/<int:pk>/sign/", papers.day_sign, name="day_sign"),
    path("receptions/<int:pk>/sign/word/", papers.day_sign_word, name="day_sign_word"),
    path(
        "receptions/<int:pk>/register/word/",
        papers.day_register_word,
        name="day_register_word",
    ),
]
