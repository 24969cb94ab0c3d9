"""What the page of a matter tells: facts, rail, story, what is next."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from audit.services import history_of
from proposals.choices import (
    CommitmentState,
    DeadlineKind,
    Kind,
    Satisfaction,
    Status,
)
from proposals.deadlines import RIGHTS
from proposals.models import Deadline, Proposal
from proposals.workflow.closing import checklist
from proposals.workflow.table import FLOW

# Steps that move the matter stand as filled dots, the others as hollow ones.
KEY_VERBS = {
    "submit",
    "accept",
    "hand_over",
    "reply",
    "close",
    "redo",
    "answer_on_site",
}
PRIMARY = ("accept", "hand_over", "sign_for", "reply", "tell", "rate", "close")
ICONS = {
    "submit": "send",
    "withdraw": "arrow-left-circle",
    "return": "arrow-counterclockwise",
    "refuse": "x-circle",
    "accept": "check2-circle",
    "answer_on_site": "chat-left-text",
    "hand_over": "box-arrow-right",
    "sign_for": "pen",
    "object": "exclamation-circle",
    "decide_objection": "hammer",
    "note_contact": "people",
    "reply": "envelope-check",
    "tell": "telephone",
    "rate": "star",
    "redo": "arrow-repeat",
    "close": "check2-all",
}


def status_state(status: str, due_on: dt.date | None = None, *, warn: int = 15) -> str:
    """Which of the five states a status shows as; lateness comes from the date."""
    if status == Status.CLOSED:
        return "done"
    if status in (Status.REFUSED, Status.WITHDRAWN, Status.MERGED, Status.CONVERTED):
        return "draft"
    if due_on is not None:
        left = (due_on - localdate()).days
        if left < 0:
            return "overdue"
        if left <= warn:
            return "soon"
    return "draft" if status in (Status.DRAFT, Status.RETURNED) else "doing"


def due_words(due_on: dt.date | None) -> str:
    """逾期 5 天, 今天到期, 还剩 27 天; empty without a date."""
    if due_on is None:
        return ""
    left = (due_on - localdate()).days
    if left < 0:
        return f"逾期 {-left} 天"
    return "今天到期" if left == 0 else f"还剩 {left} 天"


@dataclass
class Page:
    """All that the page of one matter shows, read with a constant number of queries."""

    proposal: Proposal
    user: User
    deadlines: list[Deadline] = field(init=False)
    commitments: list[Any] = field(init=False)
    visits: list[Any] = field(init=False)
    shown_visits: list[Any] = field(init=False)  # those whose people one may know
    events: list[Any] = field(init=False)
    replies: list[Any] = field(init=False)
    ratings: list[Any] = field(init=False)
    files: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        p = self.proposal
        self.deadlines = list(p.deadlines.order_by("due_on", "id"))
        self.commitments = list(p.commitments.order_by("due_on", "id"))
        self.visits = list(p.visits.order_by("visited_at", "id"))
        known = set(p.visits.visible_to(self.user).values_list("pk", flat=True))  # type: ignore[attr-defined]
        self.shown_visits = [visit for visit in self.visits if visit.pk in known]
        self.events = list(history_of(p))
        signed = p.replies.filter(signed_at__isnull=False)
        self.replies = list(signed.select_related("result", "handling__unit"))
        self.ratings = list(p.ratings.order_by("rated_at"))
        files = p.attachments.visible_to(self.user).select_related("uploaded_by")  # type: ignore[attr-defined]
        self.files = list(files.order_by("id"))

    # --- head --------------------------------------------------------------------

    @property
    def state(self) -> str:
        return status_state(self.proposal.status, self.proposal.next_due_on)

    @property
    def next_deadline(self) -> Deadline | None:
        """The date that binds somebody next; of a closed matter, of its promises."""
        over = self.proposal.is_over
        return next(
            (
                row
                for row in self.deadlines
                if row.is_open
                and row.kind not in RIGHTS
                and (not over or row.kind == DeadlineKind.COMMITMENT)
            ),
            None,
        )

    @property
    def next_words(self) -> str:
        row = self.next_deadline
        return due_words(row.due_on) if row else ""

    @property
    def people_count(self) -> int:
        return sum(visit.party_size for visit in self.visits)

    # --- 接 访 议 督 评 -------------------------------------------------------------

    @property
    def rail(self) -> list[dict[str, Any]]:
        """How far the matter came on the five-step way of the stations."""
        p = self.proposal
        first = self.visits[0] if self.visits else None
        contact = next((e for e in self.events if e.verb == "note_contact"), None)
        late = self.state == "overdue"
        broken = any(self._is_broken(row) for row in self.commitments)
        heard_on = first.visited_at if first else p.submitted_at
        heard = "接待听到" if p.kind == Kind.OPINION else "代表提出"
        note = _day(heard_on) + (f" {self.people_count} 人" if self.visits else "")
        unit = f" {p.unit}" if p.unit else ""
        steps = [
            ("接", heard, note, bool(p.submitted_at)),
            ("访", "和代表面商", _day(contact.at) if contact else "", bool(contact)),
            ("议", "交办", _day(p.handed_over_at) + unit, bool(p.handed_over_at)),
            ("督", "答复", _day(p.replied_at), bool(p.replied_at)),
            ("评", "评价", _mark(p), bool(p.rated_at)),
        ]
        # A matter answered at the station needs neither unit nor contact.
        done = [step[3] or bool(p.replied_at and not p.unit_id) for step in steps]
        done[4] = steps[4][3]
        # Nobody speaks with a deputy before a unit has the matter.
        order = (0, 2, 1, 3, 4) if not p.handed_over_at else range(5)
        now_at = next((i for i in order if not done[i]), None)
        rows = []
        for i, (letter, title, text, _) in enumerate(steps):
            place = "past" if done[i] else "now" if i == now_at else ""
            alert = bool(place == "now" and late and not p.is_over)
            if letter == "督" and broken:
                alert, text = True, "承诺到期未兑现"
            if alert and not text.strip():
                text = self.next_words
            rows.append(
                {
                    "letter": letter,
                    "title": title,
                    "note": text.strip() or "—",
                    "place": "" if p.is_over and place == "now" else place,
                    "alert": alert,
                }
            )
        return rows

    @staticmethod
    def _is_broken(row: Any) -> bool:
        return row.state == CommitmentState.OPEN and row.due_on < localdate()

    # --- promises ------------------------------------------------------------------

    @property
    def promises(self) -> list[dict[str, Any]]:
        rows = []
        for row in self.commitments:
            if row.state == CommitmentState.KEPT:
                state, label = "done", "已兑现"
            elif self._is_broken(row):
                state, label = "overdue", due_words(row.due_on)
            else:
                state, label = "doing", "进行中"
            may_keep = (
                row.state == CommitmentState.OPEN
                and row.unit_id in self.user.unit_ids()
            )
            rows.append(
                {"row": row, "state": state, "label": label, "may_keep": may_keep}
            )
        return rows

    # --- story ----------------------------------------------------------------------

    @property
    def story(self) -> list[dict[str, Any]]:
        """What happened, newest first, from the audit trail and the replies."""
        letters = {row.pk: row for row in self.replies}
        rows = [self._entry(event, letters) for event in reversed(self.events)]
        rows += [
            {
                "on": visit.visited_at,
                "title": f"{visit.get_channel_display()}听到",
                "by": self._who_said(visit),
                "quote": visit.words,
                "kind": "key",
            }
            for visit in reversed(self.visits)
        ]
        return sorted([*rows, *self._of_old], key=lambda row: row["on"], reverse=True)

    @property
    def _of_old(self) -> list[dict[str, Any]]:
        """What an old ledger says was answered or done."""
        p = self.proposal
        if not p.is_imported:
            return []
        on, by = p.replied_at or p.closed_at, "按旧台账所记"
        told = [visit.answer for visit in self.visits if visit.answer]
        return [{"on": on, "title": "答复", "by": by, "text": t} for t in told]

    def _who_said(self, visit: Any) -> str:
        """Masked name for those who may know of the visit, else only how many."""
        name = visit.masked_name if visit in self.shown_visits else "选民"
        return f"{name} {visit.party_size} 人"

    def _entry(self, event: Any, letters: dict[int, Any]) -> dict[str, Any]:
        data = event.data
        by_voter = event.verb in ("rate", "attach") and not event.actor_id
        who = "选民" if by_voter else event.actor_name
        detail = {
            "hand_over": lambda: "、".join(name for name, _ in data.get("units", [])),
            "sign_for": lambda: data.get("unit", ""),
            "note_contact": lambda: f"{data.get('unit', '')} {data.get('method', '')}",
            "tell": lambda: data.get("channel", ""),
            "rate": lambda: _rating_words(data),
            "attach": lambda: data.get("name", ""),
            "remove_attachment": lambda: data.get("name", ""),
            "import_closed": lambda: data.get("source", ""),
        }.get(event.verb, lambda: "")()
        row: dict[str, Any] = {
            "on": event.at,
            "title": event.label or event.verb,
            "by": "　".join(filter(None, [detail, who])),
            "text": event.note,
            "kind": "key" if event.verb in KEY_VERBS else "",
        }
        if data.get("result") == Satisfaction.DISSATISFIED:
            row["kind"] = "bad"
        if letter := letters.get(data.get("reply", 0)):
            row["letter"] = {
                "number": letter.letter_number or "答复",
                "facts": [str(letter.result), f"{letter.handling.unit}"],
                "paragraphs": letter.text.splitlines(),
            }
        return row

    # --- what now -------------------------------------------------------------------

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps this person may take now, the usual next one first."""
        p = self.proposal
        open_ = FLOW.open_to(p, actor=self.user)
        blocked = {"close"} if self._missing() else set()
        if p.told_at or not self.visits:
            blocked.add("tell")
        if self.user.deputy_id and any(
            r.rater == "deputy" and r.round == p.round for r in self.ratings
        ):
            blocked.add("rate")
        if p.satisfaction != Satisfaction.DISSATISFIED:
            blocked.add("redo")
        usable = [step for step in open_ if step.verb not in blocked]
        usable.sort(key=lambda s: s.verb not in PRIMARY)
        rows = [
            {
                "verb": step.verb,
                "label": step.label,
                "hint": step.hint,
                "url": reverse(f"proposals:{page_of(step.verb)}", args=[p.pk]),
                "icon": ICONS.get(step.verb, ""),
                "primary": i == 0 and step.verb in PRIMARY,
            }
            for i, step in enumerate(usable)
        ]
        return [*self._writing(open_), *rows]

    def _writing(self, open_: list[Any]) -> list[dict[str, Any]]:
        """Pages beside the steps: changing a draft, writing the reply."""
        p, verbs = self.proposal, {step.verb for step in open_}
        rows = []
        if "submit" in verbs and p.kind != Kind.OPINION:
            hint = "改好再提交。"
            rows.append(("edit", "改草稿", hint, "pencil"))
        if "note_contact" in verbs and "reply" not in verbs:
            hint = "边写边存，写好送领导签发。"
            rows.append(("draft_reply", "写答复", hint, "pencil-square"))
        return [
            {
                "verb": verb,
                "label": label,
                "hint": hint,
                "url": reverse(f"proposals:{verb}", args=[p.pk]),
                "icon": icon,
                "primary": False,
            }
            for verb, label, hint, icon in rows
        ]

    def _missing(self) -> list[str]:
        if self.proposal.status != Status.REPLIED:
            return []
        return [item.text for item in self._checklist if not item.is_done]

    @property
    def _checklist(self) -> list[Any]:
        if not hasattr(self, "_items"):
            self._items = checklist(self.proposal)
        return self._items

    @property
    def items(self) -> list[Any]:
        """The checklist before closing, once there is a reply."""
        replied = self.proposal.status == Status.REPLIED
        return self._checklist if replied else []

    @property
    def waiting(self) -> list[str]:
        """For whom and for what everybody waits, in sentences."""
        p = self.proposal
        if p.is_over:
            return []
        sentences = []
        if missing := self._missing():
            sentences.append(f"现在不能办结：{'；'.join(missing)}。")
        row = self.next_deadline
        if row is not None:
            who = WAITED_FOR.get(row.kind, "")
            if row.kind == DeadlineKind.TRIAGE and p.kind == Kind.OPINION:
                who = "联络站"
            day = f"{row.due_on.month}月{row.due_on.day}日"
            what = DeadlineKind(row.kind).label
            sentences.append(f"在等{who}{what}，{day}前（{due_words(row.due_on)}）。")
        return sentences


def page_of(verb: str) -> str:
    """The page that leads to a verb: a reply is written, and signed, as its draft."""
    return "draft_reply" if verb == "reply" else verb


WAITED_FOR = {
    DeadlineKind.TRIAGE: "人大",
    DeadlineKind.HAND_OVER: "人大",
    DeadlineKind.SIGN: "承办单位",
    DeadlineKind.CONTACT: "承办单位",
    DeadlineKind.REPLY: "承办单位",
    DeadlineKind.REDO: "承办单位",
    DeadlineKind.TELL: "联络站",
    DeadlineKind.FEEDBACK: "代表和选民",
    DeadlineKind.COMMITMENT: "承办单位",
}


def _day(moment: Any) -> str:
    if moment is None:
        return ""
    day = localdate(moment) if isinstance(moment, dt.datetime) else moment
    return f"{day.month}月{day.day}日"


def _mark(proposal: Proposal) -> str:
    if not proposal.satisfaction:
        return ""
    return f"{_day(proposal.rated_at)} {proposal.get_satisfaction_display()}"


def _rating_words(data: dict[str, Any]) -> str:
    labels = dict(Satisfaction.choices)
    attitude = labels.get(data.get("attitude", ""), "")
    return f"态度{attitude}，结果{labels.get(data.get('result', ''), '')}"
