"""The card of a check: what it shows while it is being made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers import alike, flags
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models.campaigns import ChecklistItem
from models.checks import Check, ItemResult, Outcome
from models.drafts import PhotoCount, items_asked, lacking_evidence, photo_count, results_of, unmeasured
from models.evidence import PhotoMoment, PhotoState
from models.findings import Finding
from models.rules.flags import Flag, figure_of, name_of
from models.sites import known_before

SIGNS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.NOT_APPLICABLE: "—", Outcome.ASK: "?"}
LONGEST_NOTE = flags.LONGEST_LINE
SETTLE_SECONDS = 0.8  # an album comes in parts; the card waits for the rest before it moves


@dataclass(frozen=True, slots=True)
class Progress:
    """What a draft has and what it lacks."""

    items: tuple[ChecklistItem, ...]
    results: tuple[ItemResult, ...]
    photos: PhotoCount
    photos_required: int
    has_location: bool
    lacks_evidence: tuple[ChecklistItem, ...] = ()
    unmeasured: tuple[ChecklistItem, ...] = ()

    @property
    def photos_missing(self) -> int:
        return max(0, self.photos_required - self.photos.good)

    @property
    def unanswered(self) -> int:
        return len(self.items) - len(self.results)

    @property
    def ready(self) -> bool:
        return (
            bool(self.items)
            and self.has_location
            and not (self.photos_missing or self.lacks_evidence or self.unmeasured)
        )


def card_key(check: Check) -> str:
    return f"check:{check.id}"


def progress_of(check: Check) -> Progress:
    items = items_asked(check)
    results = tuple(results_of(check))
    required = check.campaign.photos_required if check.campaign else 0
    lacks, figures = lacking_evidence(check, results), unmeasured(check, results)
    return Progress(items, results, photo_count(check), required, check.location_id is not None, lacks, figures)


def item_name(turn: Turn, item: ChecklistItem) -> str:
    return item_in(turn.language, item)


def item_in(language: str, item: ChecklistItem) -> str:
    return item.name_en if language == "en" and item.name_en else item.name


def problem_in(language: str, finding: Finding) -> str:
    """灯明 · 玄真公厕"""
    return f"{item_in(language, finding.item)} · {finding.site.name}"


def item_label(turn: Turn, item: ChecklistItem) -> str:
    return item.name_en if turn.language == "en" and item.name_en else item.label


def campaign_name(turn: Turn, check: Check) -> str:
    if check.campaign is None:
        return ""
    return check.campaign.name_en if turn.language == "en" and check.campaign.name_en else check.campaign.name


def metres(turn: Turn, distance: float) -> str:
    return flags.metres(turn.language, distance)


def clipped(text: str, longest: int = LONGEST_NOTE) -> str:
    return flags.one_line(text, longest)


def head_lines(turn: Turn, check: Check) -> list[str]:
    if check.site is None:
        return [turn.text("check.no_site")]
    head = f"{check.site.name} · {campaign_name(turn, check)}"
    if check.distance_m is not None:
        head += " · " + turn.text("check.distance", distance=metres(turn, check.distance_m))
    lines = [head]
    if check.has_flag(Flag.FAR):
        lines.append(turn.text("check.far_because" if check.reason else "check.far", reason=clipped(check.reason)))
    if doubts := flags.line_of(turn.language, check, leaving_out=(Flag.FAR, Flag.APART)):
        lines.append(doubts)
    if check.before is None:  # put there by a program that did not keep it
        check.before = known_before(turn.session, check.site.id)
    lines.append(_known_before(turn, check.before))
    return lines


def _known_before(turn: Turn, before: dict[str, Any]) -> str:
    told = turn.text("check.never")
    if before["day"] is not None:
        failed = before["failed"]
        result = turn.text("check.some_failed", n=failed) if failed else turn.text("check.all_passed")
        told = turn.text("check.last", date=f"{date.fromisoformat(before['day']):%m-%d}", result=result)
    line = turn.text("check.before", last=told, n=before["open"])
    return turn.text("list.key_first", line=line) if before.get("key") else line


def result_lines(
    turn: Turn, results: tuple[ItemResult, ...], behind: Callable[[ItemResult], str] = lambda _: ""
) -> list[str]:
    """The exceptions, with what is to be said `behind` each; what is in order needs no line."""
    lines = []
    for result in results:
        if result.outcome is Outcome.PASS:
            continue
        told = clipped(" ".join(part for part in (result.value or "", result.note) if part), LONGEST_NOTE // 2)
        line = f"{SIGNS[result.outcome]} {result.item.number} {item_name(turn, result.item)}"
        line = f"{line}：{told}" if told and turn.language != "en" else f"{line}: {told}" if told else line
        more = behind(result)
        lines.append(f"{line} · {more}" if more else line)
    return lines


def video_lines(turn: Turn, check: Check) -> list[str]:
    count = sum(p.moment is PhotoMoment.ATTACHED and p.state is not PhotoState.LOST for p in check.photos)
    return [turn.text("check.videos", n=count)] if count else []


def draft_reply(turn: Turn, check: Check, hint: str = "") -> Reply:
    """The card of a draft, with what it asks for next."""
    progress = progress_of(check)
    lines = head_lines(turn, check)
    if check.site is not None:
        lines.append(
            turn.text("check.counts", photos=progress.photos.good, required=progress.photos_required,
                      answered=len(progress.results), items=len(progress.items))
        )  # fmt: skip
    elif progress.photos.good:
        lines.append(turn.text("check.photos_kept", n=progress.photos.good))
    lines += video_lines(turn, check)
    offered = alike.offers(turn, check, progress.results)
    lines += result_lines(turn, progress.results, lambda result: alike.told_of(turn, check, result, offered))
    if check.note:
        lines.append(turn.text("check.note", note=clipped(check.note)))
    lines.append(hint or next_step(turn, check, progress))
    return Reply("\n".join(lines), draft_buttons(turn, check, progress, offered))


def next_step(turn: Turn, check: Check, progress: Progress) -> str:
    """What is still missing, and that the check will hand itself in, if that was said."""
    ask = _missing(turn, check, progress)
    if check.wish_all_fine and check.site is not None and not progress.ready:
        return turn.text("check.wished", ask=ask)
    return ask


def _missing(turn: Turn, check: Check, progress: Progress) -> str:
    if check.site is None:
        return turn.text("check.ask_site_or_location")
    if not progress.has_location:
        return turn.text("check.ask_location")
    if progress.photos_missing:
        key = "check.ask_photos" if progress.photos.good == 0 else "check.ask_more_photos"
        return turn.text(key, n=progress.photos_missing)
    if progress.lacks_evidence:
        return turn.text(
            "check.ask_item_photo",
            items="、".join(f"{i.number} {item_label(turn, i)}" for i in progress.lacks_evidence),
        )
    if progress.unmeasured:
        asked = "、".join(f"{item.number} {item_label(turn, item)}" for item in progress.unmeasured)
        return turn.text("check.ask_figures", items=asked, number=progress.unmeasured[0].number)
    if apart := next((flag for flag in check.flags or () if name_of(flag) == Flag.APART), ""):
        return turn.text("check.ask_apart", n=round(figure_of(apart)))
    if check.wish_all_fine:
        return turn.text("check.about_to_submit")
    return turn.text("check.ready")


def draft_buttons(
    turn: Turn, check: Check, progress: Progress, offered: dict[int, alike.Offer]
) -> tuple[tuple[Button, ...], ...]:
    other_site = Button(turn.text("button.other_site"), f"v1:site:{check.id}")
    each = Button(turn.text("button.each"), f"v1:each:{check.id}")
    cancel = Button(turn.text("button.cancel"), f"v1:cancel:{check.id}")
    if check.site is None:
        return ((other_site, cancel),)
    asked = alike.rows(turn, check, progress.results, offered) if offered else []
    there = alike.there(turn, check)
    if not progress.ready:
        return (*asked, (other_site, each, cancel), *there)
    return ((submit_button(turn, check, progress),), *asked, (each, other_site, cancel), *there)


def submit_button(turn: Turn, check: Check, progress: Progress) -> Button:
    """Names how many items it says are fine; never touches an answer already given."""
    left = progress.unanswered
    if left == 0:
        words = turn.text("button.submit")
    elif left == len(progress.items):
        words = turn.text("button.submit_all_fine", n=left)
    else:
        words = turn.text("button.submit_rest_fine", n=left)
    return Button(words, f"v1:ok:{check.id}")


def show_draft(turn: Turn, check: Check, hint: str = "", settle: float = 0.0) -> None:
    """The check's card in its inspector's chat, below what was just sent."""
    turn.card(card_key(check), draft_reply(turn, check, hint), follows=True, settle=settle)
