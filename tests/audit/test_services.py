import pytest
from django.db import connection

from audit.models import Event
from audit.services import history_of, record, seal, verify


@pytest.mark.django_db
def test_record_keeps_names_as_text(officer, station):
    record("edit", station, actor=officer, label="修改", was="a", now_="b", note="电话")

    event = history_of(station).get()
    assert (event.actor_name, event.object_label) == ("陈立新", str(station))
    assert (event.was, event.now, event.note) == ("a", "b", "电话")


@pytest.mark.django_db
def test_event_refuses_change_and_removal(officer, station):
    event = record("edit", station, actor=officer)

    for forbidden in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(note="anders"),
    ):
        with pytest.raises(TypeError):
            forbidden()


@pytest.mark.django_db
def test_seal_chains_each_line_once(officer, station):
    for n in range(3):
        record("edit", station, actor=officer, note=str(n))

    assert (seal(), seal()) == (3, 0)
    assert verify() == []
    positions = Event.objects.order_by("id").values_list("position", flat=True)
    assert list(positions) == [1, 2, 3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        ("UPDATE audit_event SET note = 'x' WHERE position = 2", "第 2 行"),
        ("DELETE FROM audit_event WHERE position = 2", "第 2 行至第 2 行缺失"),
    ],
)
def test_verify_sees_a_changed_or_missing_line(officer, station, tamper, said):
    for n in range(3):
        record("edit", station, actor=officer, note=str(n))
    seal()

    with connection.cursor() as cursor:
        cursor.execute(tamper)

    assert verify()[0].startswith(said)
