"""A photo came in: whose check, which item, before or after; kept whatever it turns out to be."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from handlers import (  # fmt: skip
    answers,
    captions,
    check_card,
    checks,
    deadlines,
    fixing,
    incident_lines,
    incidents,
    pairing,
    returned,
    serving,
    submitting,
    unusable,
    verdicts,
    verifying,
)
from handlers.grammar import Said, is_command, read_exceptions, split_all_fine
from handlers.repeats import is_repeat
from handlers.turn import Turn
from models import rights
from models.campaigns import ChecklistItem
from models.checks import Check, CheckState, ItemResult, Outcome
from models.drafts import latest_handed_in
from models.evidence import TOO_LARGE, Photo, PhotoMoment, PhotoState, album_of
from models.messages import card_of
from models.people import Expecting
from models.record import keep
from models.search import site_index
from models.unit import belong

LATEST = timedelta(hours=1)  # how much later, by clocks that differ, what was sent before may seem to be sent
LARGEST = 20_971_520  # bytes; the platform gives a bot nothing larger (F30)


def receive_photo(turn: Turn) -> None:
    if turn.incoming.photo is None:
        return None
    alarm = incident_lines.raised(turn.incoming.text) if turn.incoming.text else None
    raises = alarm is not None and turn.is_one_of(incidents.REPORTS) and not turn.incoming.edited
    if alarm is not None and raises and not incidents.is_meant(turn, alarm):
        incidents.offer(turn, alarm)
    elif alarm is not None and raises:
        return None if is_repeat(turn, Photo) else incidents.receive_photo(turn, keep_photo(turn), alarm)
    awaited = (Expecting.FIX_PHOTO, Expecting.VERIFICATION, Expecting.SERVICE)
    fixed, verified, served = (turn.expects(one) for one in awaited)
    if not turn.is_one_of(rights.INSPECTS) and fixed is None and verified is None and served is None:
        return turn.say(turn.text("photo.not_inspector"))
    if turn.incoming.edited:
        return captions.receive_edit(turn)
    if is_repeat(turn, Photo):
        return None
    photo = keep_photo(turn)
    if photo.state is PhotoState.REFUSED:
        return turn.say(turn.text("photo.too_large"))
    if served is not None and serving.receive_photo(turn, photo, served):
        return None
    if fixed is not None and not photo.forwarded:
        return fixing.receive_photo(turn, photo, fixed)
    if verified is not None and not photo.forwarded:
        return verifying.receive_photo(turn, photo, verified)
    if returned.receive_photo(turn, photo):
        return None
    finding = turn.expects(Expecting.AFTER_PHOTO)
    if finding is not None and not photo.forwarded:
        return deadlines.receive_after_photo(turn, photo, finding)
    missing = unusable.photo_awaited(turn, photo)
    check = turn.session.get_one(Check, missing.check_id) if missing is not None else check_of(turn, photo)
    belong(photo, "check", check)
    if missing is not None:
        unusable.replace(turn, missing, photo)
    if check.state is CheckState.SUBMITTED:
        if (item := item_of_album(turn, photo)) is not None:
            photo.item_id = item.id
        return submitting.append_late_photo(turn, check)
    checks.take_in_hand(turn, check)
    pairing.judge(check, photo)
    return read_caption(turn, check, photo)


def receive_in_group(turn: Turn) -> None:
    """A photo that answers a case's card is the photo of its fix; any other is the group's own talk."""
    if turn.person is None or turn.incoming.photo is None or turn.incoming.forwarded or turn.incoming.edited:
        return None
    finding = fixing.finding_replied_to(turn)
    if finding is None or is_repeat(turn, Photo):
        return None
    photo = keep_photo(turn)
    if photo.state is PhotoState.REFUSED:
        return turn.say(turn.text("photo.too_large"))
    return fixing.receive_photo(turn, photo, finding.id)


def keep_photo(turn: Turn) -> Photo:
    sent, incoming = turn.incoming.photo, turn.incoming
    assert sent is not None
    too_large = sent.size is not None and sent.size > LARGEST
    photo = Photo(
        channel=incoming.channel,
        chat_id=incoming.chat,
        message_id=incoming.message_id,
        album=incoming.album,
        person_id=turn.actor.id,
        moment=PhotoMoment.BEFORE,
        file_id=sent.file_id,
        file_unique_id=sent.unique_id,
        file_name=sent.name,
        mime=sent.mime,
        as_file=sent.as_file,
        forwarded=incoming.forwarded,
        caption=incoming.text,
        width=sent.width,
        height=sent.height,
        size=sent.size,
        sent_at=incoming.sent_at,
        received_at=incoming.received_at,
        state=PhotoState.REFUSED if too_large else PhotoState.PENDING,
        next_try_at=None if too_large else turn.now,
        error=TOO_LARGE if too_large else None,
    )
    keep(turn.session, photo)
    if photo.album is not None:
        numbers = album_of(turn.session, photo)
        if photo.id not in numbers:
            numbers.append(photo.id)
    return photo


def siblings(turn: Turn, photo: Photo) -> list[Photo]:
    """The other parts of the same album that are here already."""
    if photo.album is None:
        return []
    others = (number for number in album_of(turn.session, photo) if number != photo.id)
    return sorted((turn.session.get_one(Photo, number) for number in others), key=lambda part: part.message_id)


def check_of(turn: Turn, photo: Photo) -> Check:
    return check_meant(turn, siblings(turn, photo)) or checks.begin(turn, turn.incoming.sent_at, "photo")


def check_meant(turn: Turn, parts: Iterable[Photo]) -> Check | None:
    """An album stays together, even when a part comes after the check was handed in (F24); else what it replies to;
    else the draft in hand, unless it was overtaken on its way by what handed in the check it was sent for."""
    for part in parts:
        check = turn.session.get(Check, part.check_id) if part.check_id is not None else None
        if check is not None and check.state is not CheckState.CANCELLED:
            return check
    answered = check_replied_to(turn)
    if answered is not None and answered.is_draft:
        return answered
    draft = checks.current_draft(turn)
    if draft is not None and not _came_late(turn, draft):
        return draft
    return _overtaken(turn) or draft


def _came_late(turn: Turn, draft: Check) -> bool:
    """Something that was sent later was heard before, and the card is below it."""
    card = card_of(turn.session, check_card.card_key(draft))
    return card is not None and 0 < turn.incoming.message_id < card.below


def _overtaken(turn: Turn) -> Check | None:
    """The check last handed in, if this was sent between its first message and the one that handed it in: the chat's
    own numbers tell. One with a caption may speak of another site, and is asked about as ever."""
    incoming = turn.incoming
    check = latest_handed_in(turn.session, turn.actor) if incoming.message_id and not incoming.text else None
    if check is None or check.first_message is None or check.last_message is None or check.submitted_at is None:
        return None
    card = card_of(turn.session, check_card.card_key(check))
    here = card is not None and (card.channel, card.chat) == (incoming.channel, incoming.chat)
    soon = incoming.sent_at < check.submitted_at + LATEST  # a new bot numbers its chats anew
    return check if here and soon and check.first_message <= incoming.message_id < check.last_message else None


def check_replied_to(turn: Turn) -> Check | None:
    """The check whose card, answer or photo the message replies to."""
    message = turn.incoming.reply_to
    if message is None:
        return None
    if turn.card_answered.startswith(("check:", "returned:")):
        return rights.check_for(turn.session, turn.actor, turn.now, int(turn.card_answered.split(":")[1]))
    said = verdicts.results_said_by(turn, message)
    if said:
        return turn.session.get(Check, said[0].check_id)
    photo = turn.session.scalar(
        select(Photo).where(
            Photo.channel == turn.incoming.channel, Photo.chat_id == turn.incoming.chat, Photo.message_id == message
        )
    )
    return turn.session.get(Check, photo.check_id) if photo is not None and photo.check_id is not None else None


def read_caption(turn: Turn, check: Check, photo: Photo) -> None:
    """`3 有烟蒂`, `13`, `体育馆公厕 全部合格`, or a plain line; an album's one caption is the whole album's (B26)."""
    hint = turn.text("photo.forwarded") if photo.forwarded else ""
    item = item_replied_to(turn, check) or item_of_album(turn, photo) or item_awaited(turn, check, photo)
    if is_command(turn.incoming.text):  # one that came with a photo is not executed (B71)
        hint = turn.text("photo.command_in_caption")
    elif turn.incoming.text:
        item, asked = understand(turn, check, photo, turn.incoming.text, item)
        hint = asked or hint
    if item is not None:
        photo.item_id = item.id
    if not turn.incoming.text and item is None and check.site is None and check.location is not None:
        checks.choose_site(turn, check, check.location)
    else:
        check_card.show_draft(turn, check, hint, settle=check_card.SETTLE_SECONDS if photo.album else 0.0)
    submitting.settle_wish(turn, check)


def understand(
    turn: Turn, check: Check, photo: Photo, text: str, item: ChecklistItem | None
) -> tuple[ChecklistItem | None, str]:  # fmt: skip
    """What a caption says, done; the item it speaks of and what to ask next."""
    rest, all_fine = split_all_fine(text)
    if all_fine:
        check.wish_all_fine = True
        turn.record("check.wished_all_fine", "check", check.id, text=text)
    if not rest:
        return item, ""
    said = verdicts.read(check, rest) if check.checklist is not None else read_exceptions(rest, 99)
    if said is not None and check.checklist is not None:
        return _bind_to_items(turn, check, photo, said)
    index = site_index(turn.session)
    hits = index.search(rest, among=index.visible(turn.inspected))
    site = rights.site_for(turn.session, turn.inspected, hits[0].site_id) if hits else None
    if site is not None and check.site_id != site.id and (len(hits) == 1 or hits[0].score > hits[1].score):
        checks.place_at(turn, check, site)
        return item, ""
    if site is None or check.site_id != site.id:
        if item is not None:
            verdicts.apply(turn, check, [Said((item.number,), Outcome.FAIL, rest, rest)], turn.incoming.message_id)
        else:
            check.note = f"{check.note}\n{rest}".strip()
    return item, ""


def _bind_to_items(turn: Turn, check: Check, photo: Photo, said: list[Said]) -> tuple[ChecklistItem | None, str]:
    changed = verdicts.apply(turn, check, said, turn.incoming.message_id)
    item = verdicts.items_of(check)[said[0].numbers[0]]
    for sibling in siblings(turn, photo):
        if not sibling.caption and sibling.item_id is None:
            sibling.item_id = item.id
    turn.record("photo.bound", "check", check.id, photo=photo.id, item=item.number)
    bare = next((r for r in changed if r.outcome is Outcome.FAIL and not r.note), None)
    if bare is None:
        return item, ""
    answers.ask_note(turn, bare.item)
    return item, answers.note_hint(turn, bare.item)


def item_replied_to(turn: Turn, check: Check) -> ChecklistItem | None:
    """A photo sent in reply to `3 有烟蒂` belongs to item 3 (A8)."""
    if turn.incoming.reply_to is None:
        return None
    said: list[ItemResult] = [
        r for r in verdicts.results_said_by(turn, turn.incoming.reply_to) if r.check_id == check.id
    ]
    return said[0].item if said else None


def item_of_album(turn: Turn, photo: Photo) -> ChecklistItem | None:
    told = next((s for s in siblings(turn, photo) if s.caption and s.item_id is not None), None)
    return turn.session.get(ChecklistItem, told.item_id) if told is not None else None


def item_awaited(turn: Turn, check: Check, photo: Photo) -> ChecklistItem | None:
    """「同一问题，补充照片」 was tapped, and this is the photo; all of an album is."""
    number = turn.expects(Expecting.CASE_PHOTO)
    if number is None or photo.forwarded or turn.incoming.text:
        return None
    if photo.album is None:
        turn.expect(Expecting.NOTHING)
    return next((item for item in verdicts.items_of(check).values() if item.id == number), None)
