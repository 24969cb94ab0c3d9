"""Old ledgers brought in: what is stored, once, and how it counts."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from areas import tasks
from areas.choices import ImportState
from areas.models import ImportJob
from areas.services import import_jobs
from audit.models import Event
from proposals.models import LedgerImport, LedgerLayout, Proposal
from proposals.services.ledger.counted import set_counted
from proposals.services.ledger.uploads import (
    errors_path,
    find_upload,
    keep_upload,
    sweep_ledgers,
)
from proposals.tasks import sweep_uploads
from reports import rollup
from reports.questions import Question
from reports.reading import answer
from stations.models import Visit
from tests.factories import DeputyFactory
from tests.proposals.ledgers import HEAD, ROWS, pasted

pytestmark = pytest.mark.django_db

CODES = ("K02", "K03", "K04", "K05")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bring(station_staff, station, django_capture_on_commit_callbacks):
    """Hand a ledger in and have the worker (in place) import it."""

    def hand_in(text: str | None = None, *, actor=None, **said) -> LedgerImport:
        actor = actor or station_staff
        data = (text or pasted()).encode()
        upload = keep_upload(
            data, "旧台账", actor=actor, station=station, is_pasted=True
        )
        if said:
            upload.correct(**said)
        with django_capture_on_commit_callbacks(execute=True):
            ledger = upload.carry_out(actor=actor)
        return LedgerImport.objects.select_related("job").get(pk=ledger.pk)

    return hand_in


def old_year() -> Question:
    return Question(dt.date(2023, 1, 1), dt.date(2024, 1, 1), dt.date(2026, 11, 22))


def figures() -> dict[str, int]:
    found = answer(CODES, old_year())[""]
    assert answer(CODES, old_year(), live=True)[""] == found
    assert rollup.verify() == []
    return {code: found[code].numerator for code in CODES}


def test_import_closed_keeps_the_matter_as_closed(bring, station, deputy, unit):
    bring()

    matter = Proposal.objects.get()
    visit = matter.visits.get()
    assert (matter.status, matter.kind) == ("closed", "opinion")
    assert matter.number == "旧2023-WF-12"
    assert (matter.is_imported, matter.is_counted, matter.is_public) == (
        True,
        True,
        False,
    )
    assert matter.unit == unit
    assert matter.satisfaction == "satisfied"
    assert f"{matter.closed_at:%Y-%m-%d %z}" == "2023-03-31 +0000"  # 1 April in China
    assert visit.answer == "已换水泵。"
    assert (visit.visitor_name, visit.party_size) == ("刘德才", 3)
    assert list(visit.heard_by.all()) == [deputy]


def test_import_keeps_a_row_that_was_no_matter_as_a_visit(bring, deputy):
    bring()

    visit = Visit.objects.get(words="路灯不亮")
    assert (visit.outcome, visit.channel) == ("answered", "station")
    assert visit.source == "代表：张外人"
    assert "老台账第二页" in visit.answer
    assert not visit.proposals.exists()


def test_import_leaves_its_lines_in_the_trail_without_people(bring):
    ledger = bring()

    verbs = Event.objects.values_list("verb", flat=True)
    assert sorted(set(verbs)) == ["import_closed", "import_ledger", "import_visit"]
    said = "".join(f"{e.note}{e.data}{e.object_label}" for e in Event.objects.all())
    assert "刘德才" not in said
    assert "13812345678" not in said
    assert ledger.job.state == ImportState.DONE


def test_imported_matters_are_found_by_their_answer(bring):
    bring()

    assert Proposal.objects.search("已换水泵").count() == 1
    assert Proposal.objects.search("旧2023").count() == 1


def test_import_the_second_time_changes_nothing_and_says_so(bring):
    bring()
    before = list(Visit.objects.values_list("pk", "version"))

    again = bring()

    assert list(Visit.objects.values_list("pk", "version")) == before
    assert Proposal.objects.count() == 1
    assert again.job.summary == "没有任何改动：2 条都与现有的相同，拒绝 1 行。"


def test_mended_rows_fill_in_only_what_was_refused(bring):
    first = bring()
    book = openpyxl.load_workbook(io.BytesIO(errors_path(first).read_bytes()))
    (sheet,) = book.worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("行号", "未导入的原因")
    assert rows[1][0] == 5
    mended = ["" if c is None else str(c).replace("十三月", "十二月") for c in rows[1]]

    second = bring(pasted([mended], head=rows[0], title=sheet.title))

    assert second.job.created_count == 1
    assert Visit.objects.get(words="井盖坏了").visited_at.date() == dt.date(2023, 12, 4)
    assert bring(pasted([mended], head=rows[0], title=sheet.title)).visit_count == 0


def test_import_keeps_nothing_personal_with_the_job(bring, tmp_path):
    ledger = bring(pasted([(*ROWS[2][:2], "王五13900000000", *ROWS[2][3:])]))

    kept = str(ImportJob.objects.values().get())
    assert "王五" not in kept
    assert "13900000000" not in kept
    assert ledger.job.refused[0][2] == "“…”看不出是哪一天，请写成 2024-03-05"
    assert list((tmp_path / "imports").iterdir()) == []
    assert not (errors_path(ledger).parent / "ledger.bin").exists()


def test_imported_rows_enter_the_figures_of_their_month(bring):
    bring()
    rollup.fold()

    assert figures() == {"K02": 4, "K03": 0, "K04": 1, "K05": 0}


def test_imported_rows_stay_out_of_the_figures_by_choice(bring):
    bring(is_counted=False)

    assert figures() == dict.fromkeys(CODES, 0)
    assert Visit.objects.count() == 2


def test_count_ledger_takes_a_whole_import_in_and_out(bring, officer):
    ledger = bring(is_counted=False)

    assert set_counted(ledger, actor=officer, is_counted=True) == 3
    assert figures() == {"K02": 4, "K03": 0, "K04": 1, "K05": 0}
    assert set_counted(ledger, actor=officer, is_counted=True) == 0
    rollup.fold()
    assert set_counted(ledger, actor=officer, is_counted=False) == 3
    assert figures() == dict.fromkeys(CODES, 0)
    event = Event.objects.filter(verb="count_ledger").latest("id")
    assert event.data == {"is_counted": False, "changed": 3}


@pytest.mark.parametrize("who", ["station_staff", "township", "leader", "stranger"])
def test_count_ledger_is_for_the_office(bring, request, who):
    ledger = bring()

    with pytest.raises(PermissionDenied):
        set_counted(ledger, actor=request.getfixturevalue(who), is_counted=False)


def test_numbers_of_different_rows_never_clash(bring):
    same = [
        (n, "12", "2023-3-5", "", "", "", f"第{n}件事情", *[""] * 6) for n in (1, 2)
    ]
    bring(pasted(same))
    bring(pasted([(3, "12", "2022-3-5", "", "", "", "前一年的事", *[""] * 6)]))

    numbers = set(Proposal.objects.values_list("number", flat=True))
    assert numbers == {"旧2023-WF-12", "旧2023-WF-12(2)", "旧2022-WF-12"}


def test_every_row_can_be_kept_as_a_matter(bring):
    bring(rows="matters")

    assert Proposal.objects.count() == 2
    assert Proposal.objects.filter(number="旧2023-WF-无号0001").exists()


def test_names_that_two_deputies_bear_stay_words(bring, town, deputy):
    DeputyFactory(area=town, name="周敏")

    bring()

    visit = Visit.objects.get(words="路灯不亮")
    assert not visit.heard_by.exists()
    assert visit.source == "代表：周敏、张外人"


def test_the_stations_own_deputy_goes_before_a_namesake(bring, station, town, deputy):
    DeputyFactory(area=town, name="周敏")
    station.stationings.create(deputy=deputy, starts_on=dt.date(2020, 1, 1))

    bring()

    assert list(Visit.objects.get(words="路灯不亮").heard_by.all()) == [deputy]


def test_columns_are_remembered_for_the_stations_next_ledger(
    bring, station, station_staff
):
    bring(layout={"接待代表": "recorder"})

    assert LedgerLayout.objects.get().columns == {"接待代表": "recorder"}
    upload = keep_upload(
        pasted().encode(), "新", actor=station_staff, station=station, is_pasted=True
    )
    assert upload.reading.layout == {"接待代表": "recorder"}


def test_a_run_that_broke_off_is_finished_by_the_next(bring, monkeypatch, station):
    from proposals.services.ledger import apply

    many = [
        ("", "", f"2023-3-{n}", "", "", "", f"第{n}件", *[""] * 6) for n in range(1, 9)
    ]
    monkeypatch.setattr(apply, "PORTION", 3)
    real, calls = apply._store, []

    def breaking(*args):
        calls.append(1)
        if len(calls) == 2:
            raise ZeroDivisionError
        return real(*args)

    monkeypatch.setattr(apply, "_store", breaking)
    with pytest.raises(ZeroDivisionError):
        bring(pasted(many))
    assert Visit.objects.count() == 3
    assert ImportJob.objects.get().summary == apply.BROKEN

    again = bring(pasted(many))

    assert (again.job.created_count, again.job.unchanged_count) == (5, 3)
    assert rollup.verify() == []


def test_two_imports_at_once_store_each_row_once(bring, monkeypatch):
    from proposals.services.ledger import apply

    bring()
    monkeypatch.setattr("proposals.services.ledger.plan.known_keys", lambda keys: set())

    again = bring()

    assert (Visit.objects.count(), again.visit_count) == (2, 0)
    assert again.job.state == ImportState.DONE
    assert apply.PORTION > 1


def test_import_is_refused_when_the_person_left_the_station(
    station, station_staff, django_capture_on_commit_callbacks
):
    upload = keep_upload(
        pasted().encode(), "旧", actor=station_staff, station=station, is_pasted=True
    )
    ledger = upload.carry_out(actor=station_staff)
    station_staff.grants.all().delete()

    with pytest.raises(PermissionDenied):
        tasks.run_import(ledger.job_id)

    assert ImportJob.objects.get().state == ImportState.FAILED
    assert not Visit.objects.exists()


def test_sweep_uploads_removes_ledgers_nobody_confirmed(station, station_staff):
    import os

    upload = keep_upload(
        pasted().encode(), "旧", actor=station_staff, station=station, is_pasted=True
    )
    assert sweep_ledgers() == 0
    os.utime(upload.folder, (0, 0))

    sweep_uploads()

    assert find_upload(upload.token, actor=station_staff) is None


def test_costs_of_a_portion_do_not_grow_with_its_rows(
    station, station_staff, monkeypatch, django_assert_max_num_queries
):
    rows = [
        ("", "", f"2023-3-{n}", "", "", "", f"第{n}件", *[""] * 6) for n in range(1, 29)
    ]
    upload = keep_upload(
        pasted(rows).encode(),
        "旧",
        actor=station_staff,
        station=station,
        is_pasted=True,
    )
    upload.correct(is_counted=False)
    ledger = upload.carry_out(actor=station_staff)

    with django_assert_max_num_queries(40):
        tasks.run_import(ledger.job_id)

    assert Visit.objects.count() == 28


def test_other_kinds_of_imports_are_as_they_were(officer, county):
    job = import_jobs.request_import(
        actor=officer,
        kind="areas",
        file=ContentFile(b"code12,level,name\n", "a.csv"),
    )

    tasks.run_import(job.pk)

    job.refresh_from_db()
    assert job.state in (ImportState.DONE, ImportState.FAILED)
    assert len(HEAD) == len(ROWS[0])
