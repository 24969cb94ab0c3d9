"""People of the system, the roles they hold, and the tokens of REST clients."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts.choices import AREA_ROLES, Role
from accounts.querysets import GrantQuerySet, TokenQuerySet, UserManager


class User(AbstractBaseUser):
    """A person who signs in. What they may do follows from their grants alone."""

    username = models.CharField("账号", max_length=50, unique=True)
    name = models.CharField("姓名", max_length=50)
    phone = models.CharField("电话", max_length=30, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "用户"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:user_detail", args=[self.pk])

    @cached_property
    def held(self) -> list["Grant"]:
        """The grants in force today; read once an instance, that is once a request."""
        if not self.pk:
            return []
        grants = self.grants.on(localdate()).select_related("area", "unit", "station")
        return list(grants.order_by("id"))

    @cached_property
    def belongings(self) -> list["Grant"]:
        """The grants in force or to come; of who has none, those they had.

        They tell whose person this is: an office keeps the accounts of its area.
        """
        grants = list(self.grants.select_related("area", "unit", "station"))
        lasting = [g for g in grants if not g.ends_on or g.ends_on > localdate()]
        return lasting or grants

    def has_role(self, *roles: str) -> bool:
        """Whether one of the grants in force is for one of these roles."""
        return any(grant.role in roles for grant in self.held)

    @property
    def why_change_password(self) -> str:
        """Why the password must be changed before anything else; empty if it need not.

        After settings.PASSWORD_MAX_AGE_DAYS it has run out (0: never).
        """
        if self.must_change_password:
            return "初始密码只能用来登录一次，请换成自己的密码。"
        longest = dt.timedelta(days=settings.PASSWORD_MAX_AGE_DAYS)
        since = self.password_changed_at or self.created_at
        if longest and now() - since > longest:
            return f"密码已用满 {settings.PASSWORD_MAX_AGE_DAYS} 天，请换一个新的。"
        return ""

    def area_codes(self, *roles: str) -> list[str]:
        """Codes of the areas for which one of these roles is held."""
        return [g.area_id for g in self.held if g.role in roles and g.area_id]

    def station_ids(self) -> list[int]:
        """The stations this person staffs."""
        return [g.station_id for g in self.held if g.role == Role.STATION]

    def unit_ids(self, *roles: str) -> list[int]:
        """The units for which one of these roles is held (none named: both)."""
        roles = roles or (Role.UNIT_HANDLER, Role.UNIT_LEADER)
        return [g.unit_id for g in self.held if g.role in roles and g.unit_id]

    @cached_property
    def deputy_id(self) -> int | None:
        """Key of the deputy this person is, if one."""
        return getattr(self.deputy, "pk", None) if hasattr(self, "deputy") else None


class Grant(models.Model):
    """A role held by a person for an area, a station or a unit, between two days."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="grants", verbose_name="用户"
    )
    role = models.CharField("身份", max_length=20, choices=Role)
    area = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="地区",
    )
    station = models.ForeignKey(
        "stations.Station",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name="联络站",
    )
    unit = models.ForeignKey(
        "areas.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name="单位",
    )
    is_head = models.BooleanField("站长", default=False)
    starts_on = models.DateField("开始", default=localdate)
    ends_on = models.DateField("结束", null=True, blank=True)  # first day without

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        constraints = (
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="结束日须晚于开始日。",
            ),
            models.CheckConstraint(
                name="grant_names_its_place",
                condition=(
                    Q(role__in=AREA_ROLES, area__isnull=False)
                    | Q(role=Role.STATION, station__isnull=False)
                    | Q(role__in=(Role.UNIT_HANDLER, Role.UNIT_LEADER))
                    & Q(unit__isnull=False)
                    | Q(role__in=("sys_admin", "sec_admin", "audit_admin", "deputy"))
                ),
                violation_error_message="请选择这一身份所属的地区、站点或单位。",
            ),
        )
        indexes = (models.Index(name="grant_role_area", fields=("role", "area")),)

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    @property
    def place_name(self) -> str:
        """The area, station or unit it is held for."""
        return str(self.station or self.unit or self.area or "")

    @property
    def area_code(self) -> str:
        """Where that place lies (of a deputy: where they are looked after), or ""."""
        place: Any = self.station or self.unit
        if place is None and self.role == Role.DEPUTY and self.user.deputy_id:
            place = self.user.deputy
        return str(place.area_id if place else self.area_id or "")

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on <= localdate()

    @property
    def is_to_come(self) -> bool:
        return self.starts_on > localdate()

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is in force on this day."""
        return self.starts_on <= day and (self.ends_on is None or self.ends_on > day)


class PasswordHistory(models.Model):
    """Hashes of former passwords, so that they are not used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "密码历史"
        ordering = ("-changed_at", "-id")

    def __str__(self) -> str:
        return f"{self.user} {self.changed_at:%Y-%m-%d}"


class ApiToken(AbstractAuthToken):
    """A REST client's token: hashed, with an end, limited to scopes."""

    label = models.CharField("用途", max_length=100, blank=True)
    scopes = models.JSONField("范围", default=list)  # stats, records, steps

    objects = AuthTokenManager.from_queryset(TokenQuerySet)()

    class Meta:
        verbose_name = "接口令牌"

    def __str__(self) -> str:
        return f"{self.label} {self.token_key}"
