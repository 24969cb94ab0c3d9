"""Year plans and what changes after they are published; part of the namespace."""

from django.urls import path

from stations.views import plan_files, plan_turns, plans

urlpatterns = [
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/draft-all/", plans.plan_draft_all, name="plan_draft_all"),
    path("plans/publish-all/", plan_files.plan_publish_all, name="plan_publish_all"),
    path("plans/preview/", plans.plan_preview, name="plan_preview"),
    path("plans/file/<str:kind>/", plan_files.plans_file, name="plans_file"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/copy/", plans.plan_copy, name="plan_copy"),
    path("plans/<int:pk>/draft/", plans.plan_draft, name="plan_draft"),
    path("plans/<int:pk>/publish/", plans.plan_publish, name="plan_publish"),
    path("plans/<int:pk>/file/<str:kind>/", plan_files.plan_file, name="plan_file"),
    path("plans/<int:pk>/swap/", plan_turns.plan_swap, name="plan_swap"),
    path("plans/<int:pk>/wishes/", plan_turns.plan_wishes, name="plan_wishes"),
    path("plans/<int:pk>/wishes/<int:deputy>/", plan_turns.plan_wish, name="plan_wish"),
    path(
        "plans/<int:pk>/wishes/<int:deputy>/drop/",
        plan_turns.plan_wish_drop,
        name="plan_wish_drop",
    ),
    path("plans/<int:pk>/pairs/", plan_turns.plan_pair, name="plan_pair"),
    path(
        "plans/<int:pk>/pairs/<int:pair>/drop/",
        plan_turns.plan_pair_drop,
        name="plan_pair_drop",
    ),
    path("stations/<int:pk>/plans/new/", plans.plan_create, name="plan_create"),
    path("receptions/<int:pk>/move/", plan_turns.day_move, name="day_move"),
    path(
        "receptions/<int:pk>/duties/<int:deputy>/leave/",
        plan_turns.duty_leave,
        name="duty_leave",
    ),
]
