"""Who did what to which record, when: written by the deed itself, never changed.

Lines are chained by hash, a moment after they are written (services.seal): the hash
of a line covers the hash before it, so that nothing can be changed, removed or put
in between without `verify_audit` seeing it.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class EventQuerySet(models.QuerySet):
    """Reads; lines are never updated or deleted through here."""

    def visible_to(self, user: Any) -> "EventQuerySet":
        """The trail as a whole is read by the audit administrator alone."""
        return self.all() if user.has_role("audit_admin") else self.none()

    def of(self, obj: models.Model) -> "EventQuerySet":
        """The story of one record, oldest line first."""
        return self.filter(object_type=obj._meta.label_lower, object_id=obj.pk)

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("audit lines are append-only")

    def delete(self) -> NoReturn:
        raise TypeError("audit lines are append-only")


class Event(models.Model):
    """One line of the trail. Names stand as text too: it outlives its objects."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="操作人",
    )
    actor_name = models.CharField("姓名", max_length=100, blank=True)
    actor_role = models.CharField("身份", max_length=50, blank=True)
    verb = models.CharField("动作", max_length=40)
    label = models.CharField("说法", max_length=60, blank=True)
    object_type = models.CharField("对象", max_length=60)
    object_id = models.BigIntegerField("对象编号", null=True)
    object_label = models.CharField("对象名称", max_length=200, blank=True)
    was = models.CharField(max_length=30, blank=True)
    now = models.CharField(max_length=30, blank=True)
    note = models.TextField("说明", blank=True)
    data = models.JSONField(default=dict)
    # Filled by the seal, once; see services.seal.
    position = models.BigIntegerField(null=True, unique=True, editable=False)
    chain_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "审计记录"
        indexes = (
            models.Index(
                name="event_story", fields=("object_type", "object_id", "at", "id")
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.label or self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("audit lines are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("audit lines are append-only")
