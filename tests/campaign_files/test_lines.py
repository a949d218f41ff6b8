"""The locator of lines agrees with the real parser on where things are."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from bot.campaign_files.lines import line_map

TEXT = '''# remark with [brackets] and "quotes"
title = "a # no remark"   # remark

[one]
"quoted key" = 1
'literal' = """
several
lines = "inside" """
dotted.inside = { x = 1, y = [1, 2] }

[[many]]
name = 'first'
list = [
  # a remark in between
  "a, ] b",
  { deep = true },
]

[[many.child]]
at = 2018-11-30 10:00:00

[[many]]
name = "second"
[[many.child]]
at = 07:30:00
[many.child.leaf]
end = true'''


def test_each_key_is_on_its_own_line() -> None:
    lines = line_map(TEXT)
    assert tomllib.loads(TEXT)["many"][1]["child"][0]["leaf"]["end"] is True
    assert [
        lines.of(path)
        for path in (
            ("title",), ("one",), ("one", "quoted key"), ("one", "literal"), ("one", "dotted", "inside", "y", 1),
            ("many", 0), ("many", 0, "list", 0), ("many", 0, "list", 1, "deep"), ("many", 0, "child", 0, "at"),
            ("many", 1, "name"), ("many", 1, "child", 0), ("many", 1, "child", 0, "leaf", "end"),
        )
    ] == [2, 4, 5, 6, 9, 11, 15, 16, 20, 23, 24, 27]  # fmt: skip


def test_a_missing_key_is_shown_at_its_table() -> None:
    lines = line_map(TEXT)
    assert [lines.of(path) for path in (("many", 1, "colour"), ("one", "x", "y"), ("nowhere",))] == [22, 4, 1]


def written(value: object) -> str:
    """A value as TOML, each list element on a line of its own."""
    if isinstance(value, list):
        return "[\n" + "".join(f"  {written(element)}, # , ]\n" for element in value) + "]"
    if isinstance(value, str):
        return '"""\n' + value + '"""' if "\n" in value else f"'{value}'"
    return str(value).lower() if isinstance(value, bool) else str(value)


values = st.recursive(
    st.integers(0, 99) | st.booleans() | st.text("a#[]{},=. \n太", max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
tables = st.lists(st.dictionaries(st.sampled_from(["a", "b-c", "d_1"]), values, max_size=3), min_size=1, max_size=4)


@given(tables)
def test_keys_are_found_among_any_values(rows: list[dict[str, object]]) -> None:
    text = ""
    expected = {}
    for number, row in enumerate(rows):
        text += "[[row]]\n"
        for key, value in row.items():
            expected[("row", number, key)] = text.count("\n") + 1
            text += f"{key} = {written(value)}\n"
    assert [set(row) for row in tomllib.loads(text)["row"]] == [set(row) for row in rows]
    lines = line_map(text)
    assert {path: lines.of(path) for path in expected} == expected
