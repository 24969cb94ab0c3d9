"""Reading people, the roles they hold, and tokens."""

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.contrib.auth.models import BaseUserManager
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from accounts.choices import Role
from areas.querysets import under


class GrantQuerySet(QuerySet):
    def on(self, day: dt.date) -> Self:
        """Grants that hold on this day (half-open periods)."""
        return self.filter(
            Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))
        )

    def over(self, starts_on: dt.date, ends_on: dt.date | None) -> Self:
        """Grants that hold on at least one day of this period."""
        found = self.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on))
        return found.filter(starts_on__lt=ends_on) if ends_on else found

    def within(self, codes: list[str]) -> Self:
        """Grants for a place in one of these areas or below."""
        found = under(codes, prefix="station__")
        for code in codes:
            found |= Q(area__code__startswith=code)
            found |= Q(unit__area__code__startswith=code)
        return self.filter(found)

    def for_list(self) -> Self:
        """With the places that a line shows."""
        return self.select_related("area", "station", "unit")


class UserQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Oneself; all, for who runs the platform; an office, the people of its area.

        People belong to an area if they hold, held or will hold a role there, or are
        deputies looked after there.
        """
        if user.has_role(Role.SYS_ADMIN, Role.SEC_ADMIN):
            return self
        own = user.area_codes(Role.OFFICER)
        grants = apps.get_model("accounts", "Grant")._default_manager.within(own)
        theirs = Q(Exists(grants.filter(user=OuterRef("pk"))))
        return self.filter(Q(pk=user.pk) | theirs | under(own, prefix="deputy__"))

    def for_list(self) -> Self:
        """With the roles a line of the list shows, in one query more."""
        grants = apps.get_model("accounts", "Grant")._default_manager
        held = grants.on(localdate()).for_list().order_by("id")
        return self.prefetch_related(Prefetch("grants", held, to_attr="listed_grants"))

    def holding(self, role: str) -> Self:
        """Those who hold this role today."""
        grants = apps.get_model("accounts", "Grant")._default_manager
        held = grants.on(localdate()).filter(role=role, user=OuterRef("pk"))
        return self.filter(Exists(held))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people; `create_user` hashes the password (None: nobody signs in)."""

    def create_user(self, username: str, password: str | None, **fields: Any) -> Any:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class TokenQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Tokens of the REST clients whom this person looks after."""
        if not user.has_role(Role.SEC_ADMIN, Role.OFFICER):
            return self.none()
        users = apps.get_model("accounts", "User")._default_manager
        return self.filter(user__in=users.visible_to(user))
