"""What the server makes of HTML, MarkdownV2, the old Markdown, and entities given as such."""

import pytest

from bot.emulator.entities import Entity, find_entities
from bot.emulator.params import Params
from bot.emulator.parsing import formatted
from tests.emulator.driving import CHEN, LI, Api


def read(text: str, mode: str) -> tuple[str, list[tuple[str, int, int]]]:
    plain, entities = formatted(Params({"text": text, "parse_mode": mode}), "text", "entities")
    return plain, [(entity.type, entity.offset, entity.length) for entity in entities]


@pytest.mark.parametrize(
    ("source", "text", "marks"),
    [
        ("<b>a</b><i>检查</i>", "a检查", [("bold", 0, 1), ("italic", 1, 2)]),
        ("🚽<strong>a<em>b</em></strong>", "🚽ab", [("bold", 2, 2), ("italic", 3, 1)]),
        (
            "<u>u</u><s>s</s><tg-spoiler>h</tg-spoiler>",
            "ush",
            [("underline", 0, 1), ("strikethrough", 1, 1), ("spoiler", 2, 1)],
        ),
        ('<span class="tg-spoiler">h</span>', "h", [("spoiler", 0, 1)]),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#39;", 'a <b> & "c" \'', []),
        ('<a href="https://a.org/x">link</a>', "link", [("text_link", 0, 4)]),
        ('<pre><code class="language-py">x = 1</code></pre>', "x = 1", [("pre", 0, 5)]),
        ("<code>/start</code> /help", "/start /help", [("code", 0, 6), ("bot_command", 7, 5)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("  <b> a </b>  ", "a", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ('<a href="">a</a><a href="a.org/b">b</a>', "ab", [("text_link", 1, 1)]),
        ('<a href="tg://user?id=5">a</a>', "a", [("text_mention", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2)]),
        ("1 &unknown; 2", "1 &unknown; 2", []),
    ],
)
def test_html(source: str, text: str, marks: list[tuple[str, int, int]]):
    assert read(source, "HTML") == (text, marks)


@pytest.mark.parametrize(
    ("source", "text", "marks"),
    [
        (
            "*a* _b_ __c__ ~d~ ||e||",
            "a b c d e",
            [("bold", 0, 1), ("italic", 2, 1), ("underline", 4, 1), ("strikethrough", 6, 1), ("spoiler", 8, 1)],
        ),
        (r"1\. 检查\!", "1. 检查!", []),
        ("*bold _italic bold_*", "bold italic bold", [("bold", 0, 16), ("italic", 5, 11)]),
        ("`code` ```py\nx\n```", "code x", [("code", 0, 4), ("pre", 5, 1)]),
        ("[体育馆](https://a.org/x_y)", "体育馆", [("text_link", 0, 3)]),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", 0, 3)]),
        (r"`a\`b`", "a`b", [("code", 0, 3)]),
        ("_a __b___", "a b", [("italic", 0, 3), ("underline", 2, 1)]),
        ("![👍](tg://emoji?id=5)", "👍", [("text_link", 0, 2)]),
        (">a", "a", [("blockquote", 0, 1)]),
    ],
)
def test_markdown(source: str, text: str, marks: list[tuple[str, int, int]]):
    assert read(source, "MarkdownV2") == (text, marks)


def test_old_markdown():
    marks = [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1), ("text_link", 6, 1)]
    assert read(r"*a* _b_ `c` [d](http://a.org/) \_", "Markdown") == ("a b c d _", marks)


@pytest.mark.parametrize(
    ("mode", "text", "words"),
    [
        ("HTML", "<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "检<b>a</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("HTML", "a</b>", "Unexpected end tag at byte offset 1"),
        ("HTML", "<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("HTML", "a < b", 'Unclosed start tag at byte offset 2'),
        ("HTML", "<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("MarkdownV2", "1. a", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "检 *a", "Can't find end of Bold entity at byte offset 4"),
        ("MarkdownV2", "`a", "Can't find end of Code entity at byte offset 0"),
        ("MarkdownV2", "[a](b", "Can't find end of a URL at byte offset 3"),
        ("MarkdownV2", "[a]b", "Character ']' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "[*a](b)", "Can't find end of Bold entity at byte offset 1"),
        ("Markdown", "检_a", "Can't find end of the entity starting at byte offset 3"),
    ],
)  # fmt: skip
async def test_bad_markup(api: Api, refuses, mode: str, text: str, words: str):
    call = api.sendMessage(chat_id=CHEN, text=text, parse_mode=mode)
    await refuses(call, f"Bad Request: can't parse entities: {words}")


async def test_unknown_markup(api: Api, refuses):
    await refuses(api.sendMessage(chat_id=CHEN, text="x", parse_mode="BBCode"), "Bad Request: unsupported parse_mode")


async def test_entities_given_as_such(api: Api, refuses):
    given = [
        {"type": "bold", "offset": 2, "length": 3},
        {"type": "text_mention", "offset": 6, "length": 2, "user": {"id": LI, "is_bot": False, "first_name": "?"}},
        {"type": "url", "offset": 0, "length": 2},
    ]
    sent = await api.sendMessage(chat_id=CHEN, text="  abc Li", entities=given)
    assert sent["text"] == "abc Li"
    bold, mention = sent["entities"]
    assert bold == {"type": "bold", "offset": 0, "length": 3}
    assert (mention["offset"], mention["user"]["last_name"]) == (4, "Na")
    call = api.raw("sendMessage", {"chat_id": CHEN, "text": "x", "entities": {"type": "bold"}})
    await refuses(call, "Bad Request: can't parse entities: expected an Array of MessageEntity")


def test_a_bare_host_gets_its_slash():
    _, entities = formatted(Params({"text": '<a href="https://a.org">x</a>', "parse_mode": "html"}), "text", "entities")
    assert entities == (Entity("text_link", 0, 1, url="https://a.org/"),)


def test_nothing_is_found_where_nothing_is():
    assert find_entities("太和镇 未整改 3 有烟蒂 5/13 a/b") == ()
