"""Pages of activities; steps have the name of their verb."""

from django.urls import path

from activities.views import activities, people, steps

app_name = "activities"
urlpatterns = [
    path("", activities.activity_list, name="list"),
    path("export/", activities.activity_export, name="export"),
    path("new/", activities.activity_plan, name="plan"),
    path("<int:pk>/", activities.activity_detail, name="detail"),
    path("<int:pk>/edit/", activities.activity_edit, name="edit"),
    path("<int:pk>/paper/", activities.activity_paper, name="paper"),
    path("<int:pk>/record/", steps.activity_record, name="record"),
    path("<int:pk>/hold/", steps.activity_hold, name="hold"),
    path("<int:pk>/cancel/", steps.activity_cancel, name="cancel"),
    path("<int:pk>/review/", steps.activity_review, name="review"),
    path("<int:pk>/hear/", steps.activity_hear, name="hear"),
    path("<int:pk>/deputies/", people.activity_invite, name="invite"),
    path("<int:pk>/deputies/<int:deputy>/", people.activity_attend, name="attend"),
    path("<int:pk>/deputies/<int:deputy>/drop/", people.activity_drop, name="drop"),
    path("<int:pk>/files/", people.activity_attach, name="attach"),
    path("files/<int:pk>/", people.activity_file, name="file"),
    path("files/<int:pk>/remove/", people.activity_file_remove, name="file_remove"),
]
