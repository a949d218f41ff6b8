"""The names and aliases declared in a campaign's files, and what a reference to one of them means."""

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from bot.campaign_files.errors import nearest


@lru_cache(maxsize=4096)  # a long list names the same few areas and kinds again and again
def folded(name: str) -> str:
    """Names that differ only in case, width or inner spaces are the same name."""
    if name.isascii():  # most codes; nothing to be normalised
        return "".join(name.lower().split())
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


@dataclass
class Names:
    """`what` is the catalogue's word for the kind of thing named; `lines` remembers where each was declared."""

    what: str
    main: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def first_line(self, name: str) -> int | None:
        return self.lines.get(folded(name))

    def declare(self, name: str, aliases: tuple[str, ...], line: int) -> None:
        self.main[folded(name)] = name
        for alias in (name, *aliases):
            self.aliases.setdefault(folded(alias), name)
            self.lines.setdefault(folded(alias), line)

    def meant(self, word: str) -> str | None:
        return self.main.get(folded(word)) or self.aliases.get(folded(word))

    def suggestion(self, word: str) -> str | None:
        return nearest(word, [*self.main.values(), *self.aliases])

    def all(self) -> tuple[str, ...]:
        return tuple(self.main.values())
