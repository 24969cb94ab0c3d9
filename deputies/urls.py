"""Addresses of deputies, seats and groups."""

from django.urls import path

from deputies.views import groups, mandates, own, people, roster

app_name = "deputies"
urlpatterns = [
    path("", people.deputy_list, name="list"),
    path("export/", people.deputy_export, name="export"),
    path("ungrouped/", people.deputy_ungrouped, name="ungrouped"),
    path("new/", people.deputy_create, name="create"),
    path("roster/", roster.roster_upload, name="roster_upload"),
    path("roster/<str:token>/", roster.roster_preview, name="roster_preview"),
    path("roster/<str:token>/confirm/", roster.roster_confirm, name="roster_confirm"),
    path("roster/<str:token>/discard/", roster.roster_discard, name="roster_discard"),
    path("roster/<str:token>/report/", roster.roster_report, name="roster_report"),
    path("<int:pk>/", people.deputy_detail, name="detail"),
    path("<int:pk>/edit/", people.deputy_edit, name="edit"),
    path("<int:pk>/phone/", people.deputy_reveal, name="reveal"),
    path("<int:pk>/join/", groups.deputy_join, name="join"),
    path("<int:pk>/seats/new/", mandates.mandate_create, name="mandate_create"),
    path("seats/<int:pk>/edit/", mandates.mandate_edit, name="mandate_edit"),
    path("seats/<int:pk>/<slug:verb>/", mandates.mandate_step, name="mandate_step"),
    path("groups/", groups.group_list, name="groups"),
    path("groups/new/", groups.group_create, name="group_create"),
    path("groups/<int:pk>/", groups.group_detail, name="group_detail"),
    path("groups/<int:pk>/edit/", groups.group_edit, name="group_edit"),
    path("groups/<int:pk>/members/new/", groups.member_add, name="member_add"),
    path("members/<int:pk>/role/", groups.member_role, name="member_role"),
    path("members/<int:pk>/end/", groups.member_end, name="member_end"),
    path("me/", own.me, name="me"),
    path("me/schedule/", own.schedule, name="schedule"),
]
