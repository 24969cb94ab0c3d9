"""Seats and places in the words of voters: {{ deputy|seats }} 市、区代表."""

from typing import Any

from django import template

from stations.seats import seat_word, seat_words, source_words
from stations.who import spoken_place

register = template.Library()


@register.filter
def seats(deputy: Any) -> str:
    """Of a deputy fetched by stations.seats.with_seats; empty without a seat."""
    return seat_words(deputy) if deputy.seats_now else ""


@register.filter
def elected_at(deputy: Any) -> str:
    """Constituencies or electing units of a deputy fetched by with_seats."""
    return source_words(deputy)


@register.filter
def seat(mandate: Any) -> str:
    """One seat in the words of voters: 区代表."""
    return seat_word(mandate)


@register.filter
def place(area: Any) -> str:
    """A place as people say it: 泉口社区 for 泉口社区居民委员会."""
    return spoken_place(area.name)
