import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from common.errors import TooOften
from common.limits import limited


@pytest.fixture
def view(settings):
    settings.PUBLIC_RATES = {"page": (2, 3600), "say": (1, 3600)}

    @limited("page")
    def shown(request):
        return HttpResponse("ok")

    return shown


def get(address="10.0.0.1"):
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_limited_lets_through_up_to_the_rate_and_no_further(view):
    answers = [view(get()).status_code for _ in range(2)]

    assert answers == [200, 200]
    with pytest.raises(TooOften, match="太频繁"):
        view(get())


def test_limited_counts_each_address_for_itself(view):
    view(get())
    view(get())

    assert view(get("10.0.0.2")).status_code == 200


def test_limited_counts_only_the_methods_named(settings):
    settings.PUBLIC_RATES = {"say": (1, 3600)}
    view = limited("say", methods=("POST",))(lambda request: HttpResponse("ok"))

    answers = [view(get()).status_code for _ in range(3)]

    assert answers == [200, 200, 200]


def test_limited_lets_people_through_while_the_cache_is_away(view, monkeypatch):
    def gone(*args, **kwargs):
        raise ValueError("key not found")

    monkeypatch.setattr(cache, "incr", gone)

    assert [view(get()).status_code for _ in range(4)] == [200] * 4
