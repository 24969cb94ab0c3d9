"""Who of a file is already on record."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.timezone import localdate

from common.crypto import digest
from deputies.models import Deputy, Mandate, Membership
from deputies.roster.entry import Entry, RosterRow
from deputies.roster.values import Unclear
from deputies.services.roster.facts import person_facts, seat_facts
from deputies.services.roster.places import Places
from deputies.services.roster.planned import Known, TermKey

# What two records of one person without a month of birth must not disagree in.
ALIKE = ("sex", "ethnicity", "party", "education", "employer_post", "phone")


class Roll:
    """The people of a county whose names a file holds, found by what identifies them.

    People that the file adds are put in as they come, so that a second row about one
    of them finds the first.
    """

    def __init__(self, places: Places, rows: Iterable[RosterRow]) -> None:
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.by_digest: dict[str, Known] = {}
        self.by_certificate: dict[tuple[TermKey, str], Known] = {}
        entries = [row.entry for row in rows]
        self._load_people(places, {entry.name for entry in entries})
        cards = {entry.id_number for entry in entries if entry.id_number}
        self._load_cards_elsewhere({digest(card) for card in cards})
        self._load_certificates(
            places, {e.certificate_no for e in entries if e.certificate_no}
        )

    def _load_people(self, places: Places, names: set[str]) -> None:
        people = Deputy.objects.under(places.target.area.pk[:6])
        keys = {term.pk: key for key, term in places.terms.items()}
        for chunk in _chunks(names):
            found = people.filter(name__in=chunk).select_related("area")
            by_id = {deputy.pk: Known(deputy) for deputy in found.order_by("pk")}
            for seat in Mandate.objects.filter(deputy__in=by_id, term__in=keys):
                by_id[seat.deputy_id].seats[keys[seat.term_id]] = seat
            members = Membership.objects.on(localdate()).filter(deputy__in=by_id)
            for member in members.select_related("group"):
                by_id[member.deputy_id].groups.add(member.group.name)
            for known in by_id.values():
                self.add(known)

    def _load_cards_elsewhere(self, digests: set[str]) -> None:
        for chunk in _chunks(digests - set(self.by_digest)):
            for deputy in Deputy.objects.filter(id_digest__in=chunk):
                self.by_digest[deputy.id_digest] = Known(deputy)

    def _load_certificates(self, places: Places, numbers: set[str]) -> None:
        keys = {term.pk: key for key, term in places.terms.items()}
        for chunk in _chunks(numbers):
            seats = Mandate.objects.filter(certificate_no__in=chunk, term__in=keys)
            for seat in seats.select_related("deputy"):
                place = (keys[seat.term_id], seat.certificate_no)
                self.by_certificate.setdefault(place, Known(seat.deputy))

    def add(self, known: Known) -> None:
        """Make a person findable."""
        deputy = known.deputy
        self.by_name[deputy.name].append(known)
        if deputy.id_digest:
            self.by_digest[deputy.id_digest] = known
        for key, seat in known.seats.items():
            if seat.certificate_no:
                self.by_certificate[(key, seat.certificate_no)] = known

    def find(self, entry: Entry, keys: list[TermKey]) -> Known | None:
        """The person a row is about; None for one not yet on record.

        By identity card, by certificate, by name and month of birth; without a month
        of birth only if post or phone agree too. Raises Unclear where it may be one of
        several, or one of whom nothing agrees but the name.
        """
        if known := self._by_card(entry) or self._by_certificate(entry, keys):
            return known
        others = self.by_name[entry.name]
        possible = [k for k in others if not _conflicts(k, entry, keys)]
        born = entry.birth.first_day if entry.birth else None
        if not born:
            return self._without_birth(entry, keys, possible)
        same = [k for k in possible if k.deputy.birth_month == born]
        if len(same) > 1:
            told = [k for k in same if _tells_nothing_new(k, entry, keys)]
            same = told[:1] or [k for k in same if _agrees(k.deputy, entry)]
            if len(same) != 1:
                raise Unclear(
                    "有不止一位同名、同出生年月的代表，请补代表证号或身份证号"
                )
        unborn = [
            k for k in possible if not k.deputy.birth_month and _agrees(k.deputy, entry)
        ]
        return same[0] if same else unborn[0] if len(unborn) == 1 else None

    def _by_card(self, entry: Entry) -> Known | None:
        known = self.by_digest.get(digest(entry.id_number)) if entry.id_number else None
        if known and known.deputy.name != entry.name:
            raise Unclear("这个身份证号已登记在另一个姓名下")
        if known and known not in self.by_name[entry.name]:
            raise Unclear("这个身份证号已在其他县（市、区）登记")
        return known

    def _by_certificate(self, entry: Entry, keys: list[TermKey]) -> Known | None:
        if not entry.certificate_no:
            return None
        for key in keys:
            known = self.by_certificate.get((key, entry.certificate_no))
            if known and known not in self.by_name[entry.name]:
                raise Unclear(f"代表证号 {entry.certificate_no} 已属于另一位代表")
            if known:
                return known
        return None

    @staticmethod
    def _without_birth(
        entry: Entry, keys: list[TermKey], possible: list[Known]
    ) -> Known | None:
        """One of whom the row says nothing new; else the only one that agrees."""
        if not possible:
            return None
        for known in possible:
            is_unborn = not known.deputy.birth_month
            if is_unborn and _tells_nothing_new(known, entry, keys):
                return known
        likely = [
            k
            for k in possible
            if _agrees(k.deputy, entry) or _is_alike(k.deputy, entry)
        ]
        if len(likely) != 1:
            raise Unclear("已有同名的代表，缺少出生年月，无法判断是不是同一人")
        return likely[0]


def _chunks(values: set[str]) -> Iterable[list[str]]:
    """In pieces that any database takes as one list."""
    ordered = sorted(values)
    return (ordered[n : n + 500] for n in range(0, len(ordered), 500))


def _conflicts(known: Known, entry: Entry, keys: list[TermKey]) -> bool:
    """Surely another person: what identifies differs, or the seat is taken already.

    One person has one seat in a term, so a second row for the same term that is no
    repetition is about somebody else.
    """
    deputy = known.deputy
    born = entry.birth.first_day if entry.birth else None
    if known.claimed.intersection(keys):
        return True
    if _differ(deputy.id_digest, digest(entry.id_number)):
        return True
    if _differ(deputy.birth_month, born) or _differ(deputy.sex, entry.sex):
        return True
    seats = [known.seats[key] for key in keys if key in known.seats]
    return any(_differ(s.certificate_no, entry.certificate_no) for s in seats)


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other


def _tells_nothing_new(known: Known, entry: Entry, keys: list[TermKey]) -> bool:
    """The row is what the record holds already, person and seats."""
    person = person_facts(entry).items()
    if any(getattr(known.deputy, name) != value for name, value in person):
        return False
    return all(
        key in known.seats
        and all(
            getattr(known.seats[key], name) == value
            for name, value in seat_facts(entry, key).items()
        )
        for key in keys
    )


def _agrees(deputy: Deputy, entry: Entry) -> bool:
    """Something beside the name is the same, and rarely so by chance."""
    same_phone = bool(entry.phone) and deputy.phone == entry.phone
    return same_phone or (bool(entry.work) and deputy.employer_post == entry.work)


def _is_alike(deputy: Deputy, entry: Entry) -> bool:
    """Neither has a month of birth, and they disagree in nothing."""
    if deputy.birth_month:
        return False
    told = {**vars(entry), "employer_post": entry.work}
    return not any(_differ(getattr(deputy, name), told[name]) for name in ALIKE)
