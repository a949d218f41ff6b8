"""What has happened at a site, in time order: checks, steps of cases, moves between lists, with their photos."""

from dataclasses import dataclass
from datetime import datetime

from handlers import case_card, check_card, flags, texts
from handlers.turn import Turn
from models import listing, site_files
from models.checks import Check, Outcome
from models.drafts import results_of
from models.evidence import Photo
from models.findings import Finding, FindingState, FindingStep
from models.listing import ListEntry
from models.places import Site

MOST = 200  # checks, and steps of cases, that are looked at
MOST_PHOTOS = 6  # of one check or step
ENDS = frozenset({FindingState.VERIFIED_CLOSED, FindingState.WITHDRAWN})
WITH_PHOTOS = frozenset({"fix_claimed", "corrected_on_the_spot", "verified", "returned", "notice_served"})


@dataclass(frozen=True, slots=True)
class Happening:
    """`kind`: good, bad, doing or list; `photos` are names in the store, `more`: how many are left out."""

    at: datetime
    kind: str
    title: str
    text: str = ""
    photos: tuple[str, ...] = ()
    more: int = 0

    def at_day(self, turn: Turn) -> str:
        return f"{turn.agency.local(self.at):%Y-%m-%d}"

    def at_time(self, turn: Turn) -> str:
        return turn.clock(self.at)


def told(turn: Turn, site: Site) -> tuple[list[Happening], int]:
    """Oldest first, and how many still older ones are not among them."""
    checks = site_files.last_checks(turn.session, site.id, MOST)
    steps = site_files.last_steps(turn.session, site.id, MOST)
    left_out = site_files.count_checks(turn.session, site.id) - len(checks)
    left_out += site_files.count_steps(turn.session, site.id) - len(steps)
    found = [*_checks(turn, checks), *_steps(turn, steps)]
    for entry in listing.all_entries(turn.session, site.id):
        found += _moves(turn, site, entry)
    found.sort(key=lambda one: one.at)
    return found, left_out


def _checks(turn: Turn, checks: list[Check]) -> list[Happening]:
    photos = site_files.photos_of_checks(turn.session, [check.id for check in checks])
    return [_check(turn, check, photos.get(check.id, [])) for check in reversed(checks)]


def _check(turn: Turn, check: Check, photos: list[Photo]) -> Happening:
    failed = [result for result in results_of(check) if result.outcome is Outcome.FAIL]
    key = "check.some_failed" if failed else "check.all_passed"
    result = turn.text(key, n=len(failed)) if failed else turn.text(key)
    title = turn.text("site_file.check", name=check.person.name, number=check.number, result=result)
    lines = [*check_card.result_lines(turn, tuple(failed)), check.note, *_doubts(turn, check)]
    at = check.submitted_at or check.started_at
    return _with(Happening(at, "bad" if failed else "good", title, "；".join(filter(None, lines))), photos)


def _doubts(turn: Turn, check: Check) -> list[str]:
    line = flags.line_of(turn.language, check)
    return [line] if line else []


def _steps(turn: Turn, steps: list[tuple[FindingStep, Finding]]) -> list[Happening]:
    photos = site_files.photos_of_cases(turn.session, list({finding.id for _, finding in steps}))
    by_step: dict[int, list[Photo]] = {}
    for number, each in photos.items():
        of_case = [step for step, finding in steps if finding.id == number and step.step in WITH_PHOTOS]
        for photo in each if of_case else []:
            by_step.setdefault(_nearest(of_case, photo).id, []).append(photo)
    return [_step(turn, step, finding, by_step.get(step.id, [])) for step, finding in reversed(steps)]


def _nearest(steps: list[FindingStep], photo: Photo) -> FindingStep:
    """The step a photo was sent for: there is one for each, and it was made when the photo came."""
    return min(steps, key=lambda step: abs(step.at - photo.received_at))


def _step(turn: Turn, step: FindingStep, finding: Finding, photos: list[Photo]) -> Happening:
    known = f"step.{step.step}"
    what = turn.text(known) if known in texts.catalogue(turn.language) else step.step
    name = case_card.name_of(turn.session, step.person_id) if step.person_id is not None else ""
    kind = "good" if step.to_state in ENDS else "bad" if step.step in {"opened", "returned"} else "doing"
    label = check_card.item_label(turn, finding.item)
    title = turn.text("site_file.step", number=finding.number, item=label, name=name, what=what)
    return _with(Happening(step.at, kind, title, step.why), photos)


def _moves(turn: Turn, site: Site, entry: ListEntry) -> list[Happening]:
    name = listing.name_of(site.campaign, entry.code, turn.language)
    by = _by(turn, entry.listed_by)
    moves = [Happening(entry.since, "list", turn.text("site_file.listed", name=by, list=name), entry.reason)]
    if entry.left_at is not None:
        title = turn.text("site_file.unlisted", name=_by(turn, entry.left_by), list=name)
        moves.append(Happening(entry.left_at, "list", title, entry.left_reason))
    return moves


def _by(turn: Turn, person_id: int | None) -> str:
    return case_card.name_of(turn.session, person_id) if person_id is not None else turn.text("list.by_rule")


def _with(one: Happening, photos: list[Photo]) -> Happening:
    names = tuple(photo.sha256 for photo in photos if photo.sha256 is not None)
    shown = names[:MOST_PHOTOS]
    return Happening(one.at, one.kind, one.title, one.text, shown, len(names) - len(shown))
