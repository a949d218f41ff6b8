"""From what a bot wrote, with or without markup, to a text and its entities."""

from bot.emulator.entities import Entity, read_entities, trimmed, with_found
from bot.emulator.errors import bad_request
from bot.emulator.params import Params
from bot.emulator.parsing.html import parse_html
from bot.emulator.parsing.markdown import parse_markdown, parse_old_markdown

PARSERS = {"html": parse_html, "markdownv2": parse_markdown, "markdown": parse_old_markdown}


def formatted(params: Params, name: str, entities_name: str) -> tuple[str, tuple[Entity, ...]]:
    """The text under this name, read with its parse_mode or its entities, trimmed and marked as the server does."""
    text = params.text(name).replace("\r\n", "\n")
    mode = params.text("parse_mode").strip().lower()
    if mode and mode != "none":
        parser = PARSERS.get(mode)
        if parser is None:
            raise bad_request("unsupported parse_mode")
        text, given = parser(text)
    elif params.has(entities_name):
        given = read_entities(params.json(entities_name) or [])
    else:
        given = ()
    text, given = trimmed(text, given)
    return text, with_found(text, given)
