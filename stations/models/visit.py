"""What a visitor or party said, in their own words."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Category, Placed
from common.fields import EncryptedTextField, masked_name, masked_phone
from deputies.choices import Sex
from deputies.models import Deputy
from stations.choices import AgeBand, Channel, Outcome, ReferredTo
from stations.models.day import ReceptionDay
from stations.models.station import Station
from stations.querysets import VisitQuerySet


class Visit(Placed):
    """One visitor or party and what they said, in their own words.

    Name and contact are encrypted; `contact_digest` finds the same contact again.
    `key` comes from the client, so a line sent twice is one visit.
    """

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="visits", verbose_name="联络站"
    )
    day = models.ForeignKey(
        ReceptionDay, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    key = models.UUIDField(unique=True)
    channel = models.CharField(
        "方式", max_length=12, choices=Channel, default=Channel.STATION
    )
    visited_at = models.DateTimeField("时间")
    heard_by = models.ManyToManyField(Deputy, blank=True, related_name="visits_heard")
    visitor_name = EncryptedTextField("来访人", blank=True)
    visitor_contact = EncryptedTextField("联系方式", blank=True)
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    sex = models.CharField("性别", max_length=10, choices=Sex, blank=True)
    age_band = models.CharField("年龄段", max_length=10, choices=AgeBand, blank=True)
    party_size = models.PositiveSmallIntegerField("人数", default=1)
    words = models.TextField("反映内容（原话）")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name="类别"
    )
    outcome = models.CharField(
        "怎么办", max_length=10, choices=Outcome, default=Outcome.OPEN
    )
    answer = models.TextField("当场答复", blank=True)
    referred_to = models.CharField(
        "引导去处", max_length=20, choices=ReferredTo, blank=True
    )
    home = EncryptedTextField("住址或单位", blank=True)
    request = models.TextField("诉求", blank=True)
    is_assisted = models.BooleanField("代填", default=False)
    helper_name = EncryptedTextField("代填人", blank=True)
    helper_relation = models.CharField("与本人关系", max_length=50, blank=True)
    source = models.CharField("来源说明", max_length=200, blank=True)
    is_imported = models.BooleanField("旧台账导入", default=False)
    is_counted = models.BooleanField("计入统计", default=True)
    import_key = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "来访"
        constraints = (
            models.CheckConstraint(
                name="visit_party_of_one_or_more",
                condition=Q(party_size__gte=1, party_size__lte=999),
                violation_error_message="人数须在 1 到 999 之间。",
            ),
        )
        indexes = (
            models.Index(
                name="visit_county", fields=("county_code", "-visited_at", "-id")
            ),
            models.Index(name="visit_town", fields=("town_code", "-visited_at", "-id")),
            models.Index(
                name="visit_station", fields=("station", "-visited_at", "-id")
            ),
            models.Index(
                name="visit_contact",
                fields=("contact_digest",),
                condition=~Q(contact_digest=""),
            ),
        )

    def __str__(self) -> str:
        return f"来访 {self.pk}"

    @property
    def is_anonymous(self) -> bool:
        return not (self.visitor_name or self.visitor_contact)

    @property
    def masked_name(self) -> str:
        return masked_name(self.visitor_name) or "匿名"

    @property
    def masked_contact(self) -> str:
        return masked_phone(self.visitor_contact) or "未留"
