"""QR codes of our own pages."""

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from stations.choices import CodeKind
from stations.models import PublicCode, Station


def qr_of(path: str) -> SafeString:
    """A QR code of a page of ours as inline SVG, black on white, without styles."""
    code = segno.make(f"{settings.SITE_URL}{path}", error="m", micro=False)
    drawn = code.svg_inline(border=4, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 (drawn by us from our own address)


def station_path(station: Station) -> str:
    """What a printed sheet points to: the station's code in use, else its page."""
    codes = PublicCode.objects.open().filter(kind=CodeKind.STATION, station=station)
    code = codes.first()
    if code is None:
        return reverse("public:station", args=[station.slug])
    return reverse("stations:scan", args=[code.token])
