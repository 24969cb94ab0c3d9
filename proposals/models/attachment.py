"""Files of a matter: papers of those who work on it, photos of voters."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from proposals.choices import AttachmentKind
from proposals.models.matter import Proposal
from proposals.querysets import AttachmentQuerySet
from stations.models import Visit


class Attachment(models.Model):
    """One file; a voter's photo has the visit it came with, and nobody who uploaded it.

    The file lies under MEDIA_ROOT by a random name and is read through its page only.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="attachments")
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    kind = models.CharField("种类", max_length=10, choices=AttachmentKind)
    name = models.CharField("文件名", max_length=100)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("大小")  # bytes
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True)  # below MEDIA_ROOT
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="上传人",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("proposals:attachment", args=[self.pk])

    @property
    def is_image(self) -> bool:
        return self.kind == AttachmentKind.IMAGE
