"""{{ deputy|seats }}: a deputy's seats in the words of voters (市、区代表)."""

from typing import Any

from django import template

from stations.seats import seat_words

register = template.Library()


@register.filter
def seats(deputy: Any) -> str:
    """Of a deputy fetched by stations.seats.with_seats; empty without a seat."""
    return seat_words(deputy) if deputy.seats_now else ""
