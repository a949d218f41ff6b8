"""JSON from outside: read strictly and quickly; where that fails as far as it can be read, each update by itself.

One odd update must not hold up its neighbours (F39). What no parser takes is kept as the text it came as.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import orjson

LONGEST_NUMBER = 40  # digits; Python refuses to read more than 4,300
DEEPEST = 200  # levels; what the platform sends has fewer than 15
UNREADABLE = "unreadable"  # the key under which the text of an update is kept that is no JSON
_NUMBER = re.compile(r'"update_id"\s*:\s*(\d{1,18})\b')
_KEY = re.compile(rb'"\s*:')
_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_HALF = re.compile("[\ud800-\udfff]")


class NotJson(ValueError):
    """No parser can make anything of it, or it is made to break one."""


def loads(text: bytes | str) -> Any:
    """Any JSON of sensible size, as it came; numbers there is no place for become their words. Raises NotJson."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _leniently(text)


def loads_whole(text: str) -> Any:
    """The same without half characters, which neither a database nor a file can hold: they become U+FFFD (B50)."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return _whole(_leniently(text))
        except RecursionError:
            raise NotJson("too deep") from None


def _leniently(text: bytes | str) -> Any:
    try:
        return json.loads(text, parse_int=_int, parse_float=_float, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from None


def loads_strictly(text: bytes) -> Any:
    """What a webhook is given: neither keys that come twice nor depths and numbers made to break a parser (B103)."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = _once_each(text)
    if _keys(value) != len(_KEY.findall(text)):  # as many colons as keys: no key was lost
        value = _once_each(text)
    return value


def _once_each(text: bytes) -> Any:
    try:
        return json.loads(text, parse_constant=str, parse_float=_float, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:80] or type(error).__name__) from None


def _keys(value: Any) -> int:
    """How many keys there are. Raises NotJson when it goes too deep."""
    count, left = 0, [(value, 0)]
    while left:
        part, depth = left.pop()
        if depth > DEEPEST:
            raise NotJson("too deep")
        if isinstance(part, dict):
            count += len(part)
            left += [(child, depth + 1) for child in part.values()]
        elif isinstance(part, list):
            left += [(child, depth + 1) for child in part]
    return count


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a key comes twice")
    return found


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits[:LONGEST_NUMBER]


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(part) for part in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(part) for key, part in value.items()}
    return value


def dumps(raw: dict[str, Any]) -> str:
    """The text to keep of an update, whatever is in it."""
    try:
        return orjson.dumps(raw).decode()
    except (TypeError, ValueError, RecursionError):
        pass
    try:
        return json.dumps(raw)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(_cut(raw, DEEPEST))


def _cut(value: Any, levels: int) -> Any:
    if isinstance(value, list):
        return [_cut(part, levels - 1) for part in value] if levels else "…"
    if isinstance(value, dict):
        return {key: _cut(part, levels - 1) for key, part in value.items()} if levels else "…"
    return value


def read_answer(body: bytes) -> Any:
    """A whole answer to getUpdates; when it cannot be read as one, with each of its updates read by itself."""
    try:
        return loads(body)
    except NotJson:
        pass
    text = body.decode("utf-8", "replace")
    start = re.match(r'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[', text)
    if start is None:
        raise NotJson("no answer")
    return {"ok": True, "result": [_one(part) for part in _elements(text, start.end())]}


def _one(text: str) -> dict[str, Any]:
    try:
        value = loads(text)
        if isinstance(value, dict):
            return value
    except NotJson:
        pass
    number = _NUMBER.search(text)
    return {"update_id": int(number[1])} | {UNREADABLE: text} if number else {UNREADABLE: text}


def _elements(text: str, start: int) -> Iterator[str]:
    """The parts of a list whose opening bracket is behind us, told apart by brackets alone; the last may be cut off."""
    depth, begun = 0, start
    for found in _SIGN.finditer(text, start):
        sign = found[0]
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        if depth < 0 or (depth == 0 and sign == ","):
            if part := text[begun : found.start()].strip():
                yield part
            begun = found.end()
        if depth < 0:
            return
