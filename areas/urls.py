"""Places, units, categories, rules, calendar, imports."""

from django.urls import path

from areas.views import imports, outlines, places, rules

app_name = "areas"
urlpatterns = [
    path("areas/", places.area_list, name="list"),
    path("areas/<str:code>/", places.area_detail, name="detail"),
    path("units/", places.unit_list, name="unit_list"),
    path("units/new/", places.unit_create, name="unit_create"),
    path("units/<int:pk>/edit/", places.unit_edit, name="unit_edit"),
    path("categories/", places.category_list, name="category_list"),
    path("categories/new/", places.category_create, name="category_create"),
    path("categories/<int:pk>/edit/", places.category_edit, name="category_edit"),
    path("policy/", rules.policy, name="policy"),
    path("policy/new/", rules.policy_create, name="policy_create"),
    path("calendar/", rules.calendar_year, name="calendar"),
    path("calendar/<int:year>/", rules.calendar_year, name="calendar_year"),
    path("calendar/<int:year>/settle/", rules.calendar_settle, name="calendar_settle"),
    path("outlines/", outlines.outline_list, name="outline_list"),
    path("outlines/<int:pk>/remove/", outlines.outline_remove, name="outline_remove"),
    path("imports/", imports.import_create, name="import"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
]
