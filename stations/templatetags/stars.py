"""Stars in signs and words."""

from django import template

from stations.stars import star_word

register = template.Library()
MOST = 5


@register.filter
def stars(star: int | None) -> str:
    """★★★☆☆ for three; "" for none."""
    return "★" * star + "☆" * (MOST - star) if star else ""


register.filter("star_word", star_word)
