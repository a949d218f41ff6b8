"""Answers to questions: what was asked is named, with its time; what to ask next is a button."""

from dataclasses import replace

from handlers import asking_too_much, list_answers, progress_answers, questions, site_answers, site_card, site_names
from handlers.messages import Button, Reply
from handlers.questions import Intent, Question, read_question
from handlers.turn import Turn
from models import rights
from models.naming import fold
from models.places import Site
from models.search import CONTAINED, EXACT

begins_as_question = questions.begins_with_intent
show_site = site_card.show_site
sites_named = site_names.sites_named


def understands(turn: Turn, line: str) -> bool:
    """Whether the line is a question as it stands, and not the name of one site."""
    question = read_question(turn.session, line)
    if question.is_plain:
        return question.says_anything or not sites_named(turn, line, least=CONTAINED)
    return question.intent not in {None, Intent.LISTS}  # 缺检查清单 is a note


def asks_here(turn: Turn, line: str) -> bool:
    """In a group: a whole question, not chatter that happens to begin with 今天 or to end in 问题."""
    question = read_question(turn.session, line)
    if question.intent is Intent.WHO:
        return begins_as_question(line)
    if question.intent is None and not question.by_area and not question.listed:
        return False
    return not question.name or bool(sites_named(turn, question.name, least=CONTAINED))


def asks_of_a_part(turn: Turn, line: str) -> bool:
    """One word that asks, or one with the part of the record it is asked of."""
    question = read_question(turn.session, line)
    of_a_part = question.area or question.campaign or question.kind or question.listed or question.by_area
    if question.is_plain and not of_a_part:
        return fold(line) in map(fold, questions.INTENTS)
    return question.is_plain or asks_here(turn, line)


def answer(turn: Turn, line: str) -> None:
    if asking_too_much.is_dropped(turn):
        return None
    if not turn.scopes:
        return turn.say(turn.text("ask.nothing_yours"))
    if questions.is_too_wide(line):
        return turn.say(turn.text("ask.narrow"))
    question = read_question(turn.session, line)
    if not question.is_plain and question.intent is None:
        sites = sites_named(turn, line)
        if sites:
            return _show_sites(turn, sites)
    return respond(turn, question, line)


def respond(turn: Turn, question: Question, line: str) -> None:
    intent = question.intent or (Intent.PROGRESS if question.by_area else Intent.SITES)
    if intent is Intent.WHO:
        return progress_answers.who(turn, question)
    if intent is Intent.MINE:
        from handlers import mine

        return mine.show(turn)
    if question.name:
        named = sites_named(turn, questions.without_intents(line), least=EXACT)
        sites = named or sites_named(turn, question.name)
        if intent in {Intent.OPEN, Intent.OVERDUE, Intent.SITES} and sites:
            return _show_sites(turn, sites)
        if not question.says_anything:
            return turn.say(turn.text("ask.no_such", name=line[:40]))
    if list_answers.is_asked(question):
        return list_answers.show(turn, question)
    if intent is Intent.SITES:
        return site_answers.list_sites(turn, question)
    if intent in {Intent.OPEN, Intent.OVERDUE}:
        return site_answers.list_findings(turn, question)
    if intent is Intent.MAP:
        return site_answers.draw_map(turn, question)
    if intent in {Intent.TODAY, Intent.WEEK}:
        return progress_answers.today(turn, question)
    return progress_answers.progress(turn, question)


def _show_sites(turn: Turn, sites: list[Site]) -> None:
    if len(sites) == 1:
        return show_site(turn, sites[0])
    return choose_site(turn, sites)


def choose_site(turn: Turn, sites: list[Site]) -> None:
    verb = "begin:s" if turn.is_one_of(rights.INSPECTS) and not turn.incoming.in_group else "site_file"
    rows = tuple((Button(f"{site.name} · {site.area.name}", f"v1:{verb}:{site.id}"),) for site in sites[:8])
    turn.say(Reply(turn.text("ask.which_site", n=len(sites)), rows))


def tap(turn: Turn, intent: str, campaign: int = 0, area: int = 0, kind: int = 0, listed: str = "") -> None:
    """A question as a button: `v1:q:open:<campaign>:<area>:<kind>`, 0 for any, and a list by its code."""
    if intent == "by_area":
        question = Question(intent=Intent.PROGRESS, by_area=True)
    elif intent in set(Intent):
        question = Question(intent=Intent(intent))
    else:
        return turn.toast(turn.text("button.too_old"))
    if not turn.scopes:
        return turn.toast(turn.text("ask.nothing_yours"))
    if asking_too_much.is_dropped(turn):
        return None
    turn.toast()
    part = replace(question, campaign=campaign or None, area=area or None, kind=kind or None, listed=listed)
    return respond(turn, part, "")


def tap_site(turn: Turn, site_id: int) -> None:
    site = rights.site_for(turn.session, turn.scopes, site_id)
    if site is None:
        return turn.toast(turn.text("button.too_old"))
    if asking_too_much.is_dropped(turn):
        return None
    turn.toast()
    return show_site(turn, site)
