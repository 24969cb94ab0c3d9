"""Pages of matters; every step has the URL, and the name, of its verb."""

from django.urls import include, path

from proposals.views import (
    attachments,
    commitments,
    desk,
    desk_people,
    inbox,
    matters,
    steps,
    writing,
)

app_name = "proposals"
urlpatterns = [
    path("", matters.proposal_list, name="list"),
    path("export/", matters.proposal_export, name="export"),
    path("<int:pk>/", matters.proposal_detail, name="detail"),
    path("create/", writing.proposal_create, name="create"),
    path("visits/<int:pk>/open/", writing.open_opinion, name="open_opinion"),
    path("note/", writing.proposal_note, name="note"),
    path("<int:pk>/edit/", writing.proposal_edit, name="edit"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("<int:pk>/draft_reply/", inbox.proposal_draft_reply, name="draft_reply"),
    path("commitments/", commitments.commitment_list, name="commitments"),
    path("commitments/<int:pk>/", commitments.commitment, name="commitment"),
    path("commitments/<int:pk>/keep/", commitments.commitment_keep, name="keep"),
    path("ledgers/", include("proposals.urls_ledger")),
    # files of a matter
    path("<int:pk>/attach/", attachments.proposal_attach, name="attach"),
    path("attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path(
        "attachments/<int:pk>/remove/",
        attachments.attachment_remove,
        name="attachment_remove",
    ),
    # the reception desk
    path("desk/", desk.desk_today, name="desk_today"),
    path("desk/<int:day_pk>/", desk.desk, name="desk"),
    path("desk/<int:day_pk>/line/", desk.desk_line, name="desk_line"),
    path("desk/<int:day_pk>/code/", desk.desk_code, name="desk_code"),
    path("desk/<int:day_pk>/similar/", desk.desk_similar, name="desk_similar"),
    path("desk/<int:day_pk>/news/", desk_people.desk_news, name="desk_news"),
    path("desk/<int:day_pk>/attend/", desk_people.desk_attend, name="desk_attend"),
    path(
        "desk/<int:day_pk>/bookings/<int:booking>/",
        desk_people.desk_booking,
        name="desk_booking",
    ),
    path("desk/<int:day_pk>/promise/", commitments.promise, name="promise"),
    path("desk/<int:day_pk>/close/", desk.desk_close, name="desk_close"),
    # the steps
    path("<int:pk>/submit/", steps.proposal_submit, name="submit"),
    path("<int:pk>/withdraw/", steps.proposal_withdraw, name="withdraw"),
    path("<int:pk>/return/", steps.proposal_return, name="return"),
    path("<int:pk>/refuse/", steps.proposal_refuse, name="refuse"),
    path("<int:pk>/accept/", steps.proposal_accept, name="accept"),
    path(
        "<int:pk>/answer_on_site/",
        steps.proposal_answer_on_site,
        name="answer_on_site",
    ),
    path("<int:pk>/hand_over/", steps.proposal_hand_over, name="hand_over"),
    path("<int:pk>/sign_for/", steps.proposal_sign_for, name="sign_for"),
    path("<int:pk>/object/", steps.proposal_object, name="object"),
    path(
        "<int:pk>/decide_objection/",
        steps.proposal_decide_objection,
        name="decide_objection",
    ),
    path("<int:pk>/note_contact/", steps.proposal_note_contact, name="note_contact"),
    path("<int:pk>/reply/", steps.proposal_reply, name="reply"),
    path("<int:pk>/tell/", steps.proposal_tell, name="tell"),
    path("<int:pk>/rate/", steps.proposal_rate, name="rate"),
    path("<int:pk>/redo/", steps.proposal_redo, name="redo"),
    path("<int:pk>/close/", steps.proposal_close, name="close"),
]
