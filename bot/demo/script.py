"""Reads a dialogue: who says what when, and what each chat then shows. Tests and the demo play the same scripts."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

INDENT = "    "
PHOTO, PLACE = "🖼", "📍"


class ScriptError(Exception):
    """A line that says nothing known; names file and line."""


@dataclass(frozen=True, slots=True)
class Clock:
    to: datetime | None = None
    by: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """People and a group who exist; `administrators` of the group among its members."""

    people: tuple[str, ...] = ()
    group: str = ""
    administrators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person does in a chat: `what` is text, photos, location, tap, open, scan, edit, …"""

    who: str
    what: str
    chat: str = ""
    text: str = ""
    count: int = 0
    metres: float = 0.0
    site: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Expect:
    """`how`: last (the newest message), any (one of those there), place (one of any scene, as it stands now), toast,
    nothing, count."""

    chat: str
    how: str
    lines: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """The bot itself: down, up, killed."""

    what: str


@dataclass(frozen=True, slots=True)
class Scene:
    title: str


@dataclass(frozen=True, slots=True)
class Bring:
    """A further campaign is imported: the name of its folder."""

    campaign: str


Step = Clock | Cast | Act | Expect | Program | Scene | Bring


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    step: Step


_NAME = r"(?P<who>\S+)(?: @ (?P<chat>\S+))?"
_SAYS = re.compile(rf"^{_NAME} → (?P<what>.+)$")
_TAPS = re.compile(rf"^{_NAME} taps (?P<label>.+)$")
_TAPS_OLD = re.compile(rf"^{_NAME} taps (?P<label>.+) of (?P<of>“.+”)$")
_OPENS = re.compile(r"^(?P<who>\S+) opens the link$")
_SCANS = re.compile(r"^(?P<who>\S+) scans (?P<site>.+)$")
_EDITS = re.compile(r"^(?P<who>\S+) edits “(?P<old>.+)” → (?P<new>.+)$")
_SHOWS = re.compile(r"^(?P<chat>\S+) ←(?: (?P<how>also|in place|toast|nothing|\d+ messages?))?(?: (?P<rest>.+))?$")
_NETWORK = re.compile(r"^(?P<who>\S+) (?P<what>offline|online|blocks|unblocks)(?: (?P<how>sent|reversed|shuffled))?$")
_GROUP = re.compile(r"^group (?P<name>\S+): (?P<members>.+)$")
_PLACE = re.compile(rf"^{PLACE} (?P<metres>[\d.]+) m from (?P<site>.+)$")
_PHOTOS = re.compile(rf"^(?P<signs>{PHOTO}+)(?: caption (?P<caption>.+?))?(?: reply to “(?P<reply>.+)”)?$")
_TEXT = re.compile(r"^(?P<text>.+?)(?: reply to “(?P<reply>.+)”)?$", re.DOTALL)


def read_script(path: Path) -> list[Line]:
    """Every line of a dialogue, includes in their place. `#` begins a remark; indented lines are what is shown."""
    lines: list[Line] = []
    text = path.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(text):
        line, number = text[at].rstrip(), at + 1
        at += 1
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("include "):
            lines += read_script(path.parent / line.removeprefix("include ").strip())
            continue
        block = []
        while at < len(text) and text[at].startswith(INDENT):
            block.append(text[at].strip())
            at += 1
        lines.append(Line(number, line, _step(path, number, line, tuple(block))))
    return lines


def _step(path: Path, number: int, line: str, block: tuple[str, ...]) -> Step:
    step = _stage_direction(line) or _expectation(line, block) or _action(line)
    if step is None:
        raise ScriptError(f"{path.name}:{number}: not understood: {line}")
    return step


def _stage_direction(line: str) -> Step | None:
    if line.startswith("=== "):
        return Clock(to=datetime.strptime(line[4:].strip(), "%Y-%m-%d %H:%M"))
    if found := re.fullmatch(r"\+ (\d+) (s|min|h)", line):
        unit = {"s": "seconds", "min": "minutes", "h": "hours"}[found[2]]
        return Clock(by=timedelta(**{unit: int(found[1])}))
    if line.startswith("--- "):
        return Scene(line[4:].strip())
    if line.startswith("people: "):
        return Cast(people=tuple(re.split(r"[,，]\s*", line.removeprefix("people: "))))
    if found := _GROUP.fullmatch(line):
        members = re.split(r"[,，]\s*", found["members"])
        names = tuple(member.removesuffix("*") for member in members)
        return Cast(people=names, group=found["name"], administrators=tuple(m[:-1] for m in members if m.endswith("*")))
    if line.startswith("campaign: "):
        return Bring(line.removeprefix("campaign: ").strip())
    if line in {"bot down", "bot up", "bot killed"}:
        return Program(line.removeprefix("bot "))
    return None


def _expectation(line: str, block: tuple[str, ...]) -> Step | None:
    found = _SHOWS.fullmatch(line)
    if found is None:
        return None
    how, rest = found["how"] or "last", found["rest"]
    if how[0].isdigit():
        return Expect(found["chat"], "count", count=int(how.split()[0]))
    shown = (rest,) if rest else block
    how = {"also": "any", "in place": "place"}.get(how, how)
    return Expect(found["chat"], how, tuple(part for part in shown if part))


def _action(line: str) -> Step | None:
    if found := _OPENS.fullmatch(line):
        return Act(found["who"], "open")
    if found := _SCANS.fullmatch(line):
        return Act(found["who"], "scan", site=found["site"])
    if found := _EDITS.fullmatch(line):
        return Act(found["who"], "edit", text=found["new"], reply_to=found["old"])
    if found := _NETWORK.fullmatch(line):
        return Act(found["who"], found["what"], text=found["how"] or "sent")
    if found := _TAPS_OLD.fullmatch(line):
        return Act(found["who"], "tap", found["chat"] or "", found["label"], reply_to=found["of"][1:-1])
    if found := _TAPS.fullmatch(line):
        return Act(found["who"], "tap", found["chat"] or "", found["label"])
    if found := _SAYS.fullmatch(line):
        return _saying(found["who"], found["chat"] or "", found["what"])
    return None


def _saying(who: str, chat: str, what: str) -> Act | None:
    if found := _PLACE.fullmatch(what):
        return Act(who, "location", chat, metres=float(found["metres"]), site=found["site"])
    if found := _PHOTOS.fullmatch(what):
        return Act(
            who, "photos", chat, found["caption"] or "", count=len(found["signs"]), reply_to=found["reply"] or ""
        )
    found = _TEXT.fullmatch(what)
    return Act(who, "text", chat, found["text"].replace("\\n", "\n"), reply_to=found["reply"] or "") if found else None


# comparing


def shown_lines(text: str, buttons: list[list[str]]) -> list[str]:
    """A message as a dialogue writes it: its lines, then a line for each row of buttons."""
    lines = [line for line in text.split("\n") if line.strip()]
    return [*lines, *(" ".join(f"[{label}]" for label in row) for row in buttons)]


def matches(wanted: tuple[str, ...], shown: list[str]) -> bool:
    """Line by line; `…` within a line stands for any words, a line of only `…` for any lines."""
    pattern = []
    for line in wanted:
        if line == "…":
            pattern.append(r"(?:[^\n]*\n)*?")
        else:
            pattern.append("[^\n]*".join(re.escape(part) for part in line.split("…")) + r"\n")
    return re.fullmatch("".join(pattern), "".join(f"{line}\n" for line in shown)) is not None
