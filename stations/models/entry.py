"""Other ways in: slots that voters book, and numbered paper sheets."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.fields import EncryptedTextField, masked_name, masked_phone
from stations.choices import BookingState
from stations.models.day import ReceptionDay
from stations.models.station import Station
from stations.models.visit import Visit
from stations.querysets import BookingQuerySet, SheetQuerySet


class Booking(models.Model):
    """A voter's slot on an announced reception day; found again by its code.

    `to_call_at`: since when the voter is to be told by telephone that the day was
    moved or called off; None when there is nothing to tell.
    """

    day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="bookings")
    slot_at = models.TimeField("时段")
    code = models.CharField(max_length=64, unique=True, editable=False)  # digest
    visitor_name = EncryptedTextField("姓名")
    visitor_contact = EncryptedTextField("联系方式", blank=True)
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    party_size = models.PositiveSmallIntegerField("人数", default=1)
    topic = models.CharField("想反映什么", max_length=500)
    state = models.CharField(
        "状态", max_length=10, choices=BookingState, default=BookingState.BOOKED
    )
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="booking"
    )
    to_call_at = models.DateTimeField("待电话告知", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = "预约"
        constraints = (
            models.UniqueConstraint(
                name="booking_one_a_slot",
                fields=("day", "slot_at"),
                condition=Q(state__in=(BookingState.BOOKED, BookingState.CAME)),
                violation_error_message="这个时段刚刚被约走，请另选一个。",
            ),
            models.CheckConstraint(
                name="booking_party_of_one_or_more",
                condition=Q(party_size__range=(1, 999)),
            ),
        )

    def __str__(self) -> str:
        return f"预约 {self.pk}"

    @property
    def masked_name(self) -> str:
        return masked_name(self.visitor_name)

    @property
    def masked_contact(self) -> str:
        return masked_phone(self.visitor_contact) or "未留"


class PaperSheet(models.Model):
    """A numbered paper form; its QR opens the entry form for this sheet."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="sheets")
    number = models.PositiveIntegerField("纸单号")
    token = models.CharField(max_length=32, unique=True)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    printed_at = models.DateTimeField(auto_now_add=True)
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="sheet"
    )
    photo = models.FileField("照片", upload_to="sheets/", blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "纸单"
        constraints = (
            models.UniqueConstraint(
                name="papersheet_number_in_station", fields=("station", "number")
            ),
        )

    def __str__(self) -> str:
        return f"纸单 {self.number}"
