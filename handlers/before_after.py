"""整改前后: a case that somebody else has verified makes one picture: the problem, its fix, times and names."""

from sqlalchemy import select

from handlers import case_card, cases, check_card, texts
from handlers.messages import Picture, Reply
from handlers.turn import Turn
from models.evidence import Photo, PhotoMoment, PhotoState, is_evidence
from models.findings import Finding, FindingState, Verification
from models.people import Person
from models.returns import shown_again


def show(turn: Turn, finding: Finding) -> bool:
    """To the groups of the unit and to who verified; once, as soon as both photos are safe. True when it is sent.

    A photo still on its way puts it off until that is stored.
    """
    found = turn.session.scalar(
        select(Verification)
        .where(Verification.finding_id == finding.id, Verification.conforms.is_(True))
        .order_by(Verification.id.desc())
        .limit(1)
    )
    if found is None or finding.state is not FindingState.VERIFIED_CLOSED:
        return False
    before, after = _first(turn, finding), _last(turn, found)
    if after is None or PhotoState.PENDING in {after.state, before.state if before else None}:
        return False
    verifier, key = turn.session.get_one(Person, found.person_id), f"before_after:{found.id}"
    for group in cases.groups_of(turn.session, finding):
        reply = _reply(turn, group.language, finding, verifier, before, after)
        turn.post(f"{key}:group:{group.id}", group.channel, group.external_id, reply)
    turn.tell(verifier, key, _reply(turn, verifier.language, finding, verifier, before, after))
    return True


def photo_stored(turn: Turn, photo: Photo) -> bool:
    """It may be the one that a closed case still waited for."""
    finding = turn.session.get(Finding, photo.finding_id) if photo.finding_id is not None else None
    if finding is not None:
        return show(turn, finding)
    of_check = (Finding.check_id == photo.check_id, Finding.state == FindingState.VERIFIED_CLOSED)
    shown = [show(turn, finding) for finding in turn.session.scalars(select(Finding).where(*of_check))]
    return any(shown)


def _first(turn: Turn, finding: Finding) -> Photo | None:
    """Of the problem: the one sent anew, where the first was sent back; without any, one of the check that found it."""
    if (again := shown_again(turn.session, finding.check_id, finding.item_id)) is not None:
        return again
    shown = cases.evidence_of(turn.session, finding)
    return next((photo for photo in shown if photo.moment is PhotoMoment.BEFORE), None)


def _last(turn: Turn, found: Verification) -> Photo | None:
    """What who verified saw: their own photo, not that of who fixed it."""
    own = (Photo.finding_id == found.finding_id, Photo.moment == PhotoMoment.VERIFIED)
    theirs = (Photo.person_id == found.person_id, Photo.received_at >= found.begun_at, is_evidence())
    return turn.session.scalar(select(Photo).where(*own, *theirs).order_by(Photo.id.desc()).limit(1))


def _reply(
    turn: Turn, language: str, finding: Finding, verifier: Person, before: Photo | None, after: Photo
) -> Reply:  # fmt: skip
    from handlers.pictures.before_after import BeforeAfter, Role  # not before it is needed: it brings the drawing along

    item, site = check_card.item_in(language, finding.item), finding.site.name
    people = {"found": finding.opened_by, "fixed": finding.fixed_by, "verified": verifier.id}
    drawn = BeforeAfter(
        before=before.sha256 if before is not None else None,
        after=after.sha256,
        site=site,
        item=item,
        number=finding.number,
        before_time=_time(turn, before) if before is not None else "",
        after_time=_time(turn, after),
        people=tuple(
            Role(texts.say(language, f"case.role_{role}"), case_card.name_of(turn.session, number))
            for role, number in people.items()
            if number is not None
        ),
        lang=language,
    )
    said = texts.say(language, "case.before_after", number=finding.number, problem=f"{item} · {site}")
    return Reply(said, picture=Picture("before_after", drawn.to_data()), language=language)


def _time(turn: Turn, photo: Photo) -> str:
    return f"{turn.agency.local(photo.sent_at):%Y-%m-%d %H:%M}"
