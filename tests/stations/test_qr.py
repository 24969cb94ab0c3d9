"""QR codes: whole at any size, and without styles of their own."""

import re

import segno

from stations.qr import qr_of


def test_code_scales_with_its_quiet_zone(settings):
    settings.SITE_URL = "https://lianluo.example"

    drawn = qr_of("/q/ABCDEFGHJKLM/")

    signs = segno.make("https://lianluo.example/q/ABCDEFGHJKLM/", error="m")
    side = signs.symbol_size(border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in drawn
    tag = re.match(r"<svg[^>]*>", drawn).group()
    assert "width=" not in tag
    assert "style" not in drawn


def test_same_address_is_drawn_alike(settings):
    assert qr_of("/p/") == qr_of("/p/")
    assert qr_of("/p/") != qr_of("/p/s/wf/")
