"""On which line of a TOML text each table, key and list element stands; the standard parser does not say.

The text is known to be valid TOML, so this only has to find its way, not to check it.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\'')
# A long string may end in one or two quotes of its own before the closing three.
STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|' + QUOTED.pattern, re.DOTALL)
SCALAR = re.compile(r"[^,\]}#\n]+")


class LineMap:
    """Answers with the nearest table that has a line, for keys that are missing or stand in a one-line table."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines

    def of(self, path: Path) -> int:
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1


def line_map(text: str) -> LineMap:
    return LineMap(_Scan(text).lines)


class _Scan:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.at = 0
        self._document()

    def _document(self) -> None:
        table: Path = ()
        self._skip_blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()

    def _header(self) -> Path:
        line = self._line()
        several = self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        names = self._key()
        self.at += 2 if several else 1
        table: Path = (*self._inside(names[:-1]), names[-1])
        if several:
            self.tables[table] = self.tables.get(table, -1) + 1
            self.lines.setdefault(table, line)
            table += (self.tables[table],)
        self.lines[table] = line
        return table

    def _inside(self, names: list[str]) -> Path:
        """The path of a table, going into the newest element wherever a name stands for a list of tables."""
        path: Path = ()
        for name in names:
            path += (name,)
            if path in self.tables:
                path += (self.tables[path],)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for name in self._key():
            path += (name,)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._skip_blank()
        self._value(path)

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip_blank()
            match = BARE.match(self.text, self.at) or QUOTED.match(self.text, self.at)
            if match is None:
                raise ValueError(f"no key at {self.at}")
            names.append(match.group() if match.re is BARE else match.group(1) or match.group(2) or "")
            self.at = match.end()
            self._skip_blank()
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self._list(path)
        elif first == "{":
            self._inline_table(path)
        else:
            match = STRING.match(self.text, self.at) or SCALAR.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1

    def _list(self, path: Path) -> None:
        self.at += 1
        number = 0
        self._skip_blank()
        while self.text[self.at] != "]":
            self.lines[(*path, number)] = self._line()
            self._value((*path, number))
            number += 1
            self._skip_comma()
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip_blank()
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip_comma()
        self.at += 1

    def _skip_comma(self) -> None:
        self._skip_blank()
        if self.text[self.at] == ",":
            self.at += 1
            self._skip_blank()

    def _skip_blank(self) -> None:
        match = BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _line(self) -> int:
        return bisect_right(self.breaks, self.at - 1) + 1 if self.at else 1
