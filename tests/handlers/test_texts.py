"""The two catalogues say the same things, and every sentence the program asks for is there."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from handlers import texts
from handlers.questions import Intent
from models.campaign_plan import NoticeKind, Severity, StepTrigger, UnitRole
from models.checks import Outcome
from models.complaints import ComplaintSource, ComplaintState
from models.findings import FindingState
from models.notices import Service
from models.people import Role
from models.rules.claims import Remark
from models.rules.deadlines import Question
from models.rules.flags import Flag

ROOT = Path(__file__).parents[2]
ZH, EN = texts.catalogue("zh"), texts.catalogue("en")
# Pictures, sheets and campaign files have words of their own; the emulator speaks to nobody.
APART = ("handlers/pictures", "handlers/sheets", "bot/emulator", "bot/campaign_files", "bot/importing.py")
SOURCES = [
    path
    for folder in ("handlers", "bot")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not path.relative_to(ROOT).as_posix().startswith(APART)
]

# Keys put together while the program runs: every word that can stand in the gap.
FAMILIES = {
    "button.{}": [o.value for o in Outcome if o is not Outcome.ASK]
    + ["open_findings", "progress", "map", "export", "by_area"],
    "role.{}": [role.value for role in Role],
    "unit_role.{}": [role.value for role in UnitRole],
    "severity.{}": [severity.value for severity in Severity],
    "trigger.{}": [trigger.value for trigger in StepTrigger],
    "limit.{}": [question.value for question in Question],
    "state.{}": [state.value for state in FindingState],
    "help.unsupported_{}": ["sticker", "voice", "video", "contact", "other"],
    "photo.{}": ["lost", "too_large", "empty", "cut_off", "too_many_pixels", "no_photo"],
    "receipt.which_{}": ["lost", "incomplete", "quarantined"],
    "remark.{}": [remark.value for remark in Remark],
    "flag.{}": [flag.value for flag in Flag],
    "complaint.from_{}": [source.value for source in ComplaintSource],
    "complaint.state_{}": [state.value for state in ComplaintState if state is not ComplaintState.ASKING],
    "case.role_{}": ["found", "fixed", "verified"],
    "step.{}": [
        "opened",
        "deadline_set",
        "on_the_spot_chosen",
        "on_the_spot_dropped",
        "corrected_on_the_spot",
        "withdrawn",
        "taken",
        "fix_claimed",
        "after_photo_unusable",
        "verified",
        "returned",
        "extension_asked",
        "extended",
        "extension_refused",
        "not_ours",
        "referred",
        "kept",
        "comment",
        "handed_over",
        "escalated",
        "not_escalated",
        "refused",
        "severity_set",
        "notice_issued",
        "stop_issued",
        "notice_served",
        "service_photo_unusable",
        "seen_again",
        "sighting_taken_back",
        "first_check_corrected",
        "merged",
        "merged_in",
        "parted",
        "parted_from",
    ],
    "button.issue_{}": [kind.value for kind in NoticeKind],
    "notice.card_{}": [kind.value for kind in NoticeKind],
    "notice.served_{}": [service.value for service in Service],
    "notice.served_{}_only": [service.value for service in Service],
    "command.{}": ["check", "mine", "status", "open", "export", "lang", "help"],
}


@dataclass(frozen=True)
class Asked:
    """A sentence asked for in the code: its key, or its key with a gap; the values handed over, None when unknown."""

    where: str
    key: str
    values: frozenset[str] | None


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def base_of(key: str) -> str:
    return key.removesuffix("_one")


def _keys(node: ast.expr) -> Iterator[str]:
    """What a key's expression can be: a word, one of two, or a pattern."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _keys(node.body)
        yield from _keys(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)


def _key_argument(call: ast.Call) -> ast.expr | None:
    """`turn.text(key, …)` and `texts.say(language, key, …)`."""
    if not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr == "text" and call.args:
        return call.args[0]
    if call.func.attr == "say" and isinstance(call.func.value, ast.Name) and call.func.value.id == "texts":
        return call.args[1]
    return None


def asked_for() -> list[Asked]:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            argument = _key_argument(node) if isinstance(node, ast.Call) else None
            if argument is None:
                continue
            assert isinstance(node, ast.Call)
            names = [keyword.arg for keyword in node.keywords]
            values = None if None in names else frozenset(name for name in names if name)
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            found += [Asked(where, key, values) for key in _keys(argument)]
    return found


ASKED = asked_for()


def spoken_words() -> set[str]:
    """Every string in the code that could be a key, except names of journal entries."""
    found = set()
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        recorded = {
            id(node.args[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "record"
            and node.args
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in recorded
        }
    return found


def test_both_languages_have_the_same_sentences() -> None:
    assert {base_of(key) for key in ZH} == {base_of(key) for key in EN}


def test_a_sentence_for_one_stands_beside_the_general_one() -> None:
    for catalogue in (ZH, EN):
        assert {base_of(key) for key in catalogue if key.endswith("_one")} <= set(catalogue)


@pytest.mark.parametrize("key", sorted(ZH))
def test_both_languages_fill_in_the_same_things(key: str) -> None:
    assert placeholders(ZH[key]) == placeholders(EN[key])


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_sentence_can_be_said(language: str) -> None:
    for key, sentence in texts.catalogue(language).items():
        values = dict.fromkeys(placeholders(sentence), "{x}")
        said = texts.say(language, key, **values) if values else texts.say(language, key)
        assert said.strip()
        for name in placeholders(sentence):
            assert f"{{{name}}}" not in said
        if f"{key}_one" in texts.catalogue(language):
            assert texts.say(language, key, **values | {"n": 1})
            assert placeholders(texts.catalogue(language)[f"{key}_one"]) <= placeholders(sentence)


def test_the_code_asks_for_sentences_that_exist() -> None:
    assert len(ASKED) > 150
    missing = [asked for asked in ASKED if "{}" not in asked.key and asked.key not in ZH]
    assert missing == []


def test_composed_keys_are_of_known_families_and_all_exist() -> None:
    composed = {asked.key for asked in ASKED if "{}" in asked.key}
    assert composed <= set(FAMILIES) | {"command.{}"}
    for pattern, words in FAMILIES.items():
        for word in words:
            assert pattern.format(word) in ZH, pattern.format(word)


def test_the_unsupported_kinds_are_those_the_channel_names() -> None:
    reading = (ROOT / "bot/channels/telegram_reading.py").read_text(encoding="utf-8")
    named = set(re.findall(r'^\s+\("([a-z]+)", message\.', reading, re.MULTILINE))
    assert named == set(FAMILIES["help.unsupported_{}"])


def test_every_step_that_is_made_has_a_word() -> None:
    made = {name for path in SOURCES
            for name in re.findall(r'\bstep\(\s*turn,\s*finding,\s*"([a-z_]+)"', path.read_text("utf-8"))}  # fmt: skip
    assert len(made) > 8
    assert made <= set(FAMILIES["step.{}"])


def test_the_questions_offered_as_buttons_have_labels() -> None:
    offered = {w for path in SOURCES for call in ast.walk(ast.parse(path.read_text("utf-8")))
               if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "next_questions"
               for w in (str(a.value) for a in call.args if isinstance(a, ast.Constant))}  # fmt: skip
    assert offered >= {"open", "map", "progress"}
    for name in offered - {"export", "by_area"}:
        assert name in set(Intent)
    for name in offered:
        assert f"button.{'open_findings' if name == 'open' else name}" in ZH


def test_every_sentence_gets_all_it_has_to_fill_in() -> None:
    """A value forgotten would be shown as its {name}, or end the turn."""
    lacking = [
        (asked.where, asked.key, placeholders(ZH[asked.key]) - asked.values)
        for asked in ASKED
        if asked.values is not None and asked.key in ZH and not placeholders(ZH[asked.key]) <= asked.values
    ]
    assert lacking == []


def test_what_is_handed_over_is_shown() -> None:
    """A value that no sentence of either language uses says something to nobody."""
    for asked in ASKED:
        if asked.values and asked.key in ZH and len({a.key for a in ASKED if a.where == asked.where}) == 1:
            used = {
                name for c in (ZH, EN) for k in (asked.key, f"{asked.key}_one") for name in placeholders(c.get(k, ""))
            }
            assert asked.values - {"n"} <= used, asked


def test_no_sentence_is_left_unsaid() -> None:
    spoken = spoken_words() | {pattern.format(word) for pattern, words in FAMILIES.items() for word in words}
    assert sorted(key for key in ZH if key not in spoken) == []


def test_an_unknown_language_speaks_chinese() -> None:
    assert texts.say("fr", "stranger.neutral") == ZH["stranger.neutral"]


def test_one_of_something_is_said_as_one() -> None:
    assert texts.say("en", "check.ask_photos", n=1) == "Please send 1 photo"
    assert texts.say("en", "check.ask_photos", n=2) == "Please send 2 photos"
    assert texts.say("zh", "check.ask_photos", n=1) == "请发 1 张照片"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_sentence_stands_in_two_files(language: str) -> None:
    """The one read last would silently be said for both."""
    seen: dict[str, str] = {}
    for path in sorted((ROOT / "handlers" / "texts" / language).glob("*.toml")):
        for key in texts._flatten(tomllib.loads(path.read_text(encoding="utf-8"))):
            assert key not in seen, f"{key}: in {seen[key]} and in {path.name}"
            seen[key] = path.name
