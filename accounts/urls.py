"""Signing in, users, tokens and the audit trail."""

from django.urls import path

from accounts.views import audit, grants, public, settings, sign_in, tokens, users

app_name = "accounts"
urlpatterns = [
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("password/", sign_in.password, name="password"),
    path("elder/", public.elder, name="elder"),
    path("privacy/", public.privacy, name="privacy"),
    path("settings/", settings.settings, name="settings"),
    path("users/", users.user_list, name="user_list"),
    path("users/new/", users.user_create, name="user_create"),
    path("users/<int:pk>/", users.user_detail, name="user_detail"),
    path("users/<int:pk>/edit/", users.user_edit, name="user_edit"),
    path("users/<int:pk>/deactivate/", users.user_deactivate, name="user_deactivate"),
    path("users/<int:pk>/activate/", users.user_activate, name="user_activate"),
    path(
        "users/<int:pk>/reset_password/",
        users.user_reset_password,
        name="user_reset_password",
    ),
    path("users/<int:pk>/grants/new/", grants.grant_create, name="grant_create"),
    path(
        "users/<int:pk>/grants/<int:grant_pk>/end/", grants.grant_end, name="grant_end"
    ),
    path("tokens/", tokens.token_list, name="token_list"),
    path("tokens/new/", tokens.token_create, name="token_create"),
    path("tokens/<str:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.audit_export, name="audit_export"),
]
