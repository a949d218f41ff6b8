"""Raw updates as the platform sends them, and then damaged: fields gone, of the wrong kind, huge, in odd characters."""

# ruff: noqa: E501 - a table of oddities is read better whole

import copy
from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]
SENT = 1533517200  # 2018-08-06 09:00 in Beijing
PEOPLE = (
    11,
    12,
    13,
    15,
    17,
    22,
    24,
    20,
    99,
    777,
)  # of tests.handlers.agency_record; 20 has left, 99 and 777 are strangers
GROUPS = (-301, -302, -999)

WORDS = (
    "进度", "未整改", "逾期 太和", "地图", "今天", "我的", "帮助", "/help", "/start", "/status 太和", "/export 厕所 8月", "导出 厕所 8月",
    "导出 1970年以来所有人的全部记录", "邀请 巡查员 太和镇", "/lang en", "语言 中文", "玄真公厕", "明霞", "运动公园", "xuanzhen", "QX-001",
    "3 有烟蒂", "3,7 不合格", "第十三项 灯坏", "全部合格", "其余均合格", "提交", "撤销", "更正", "取消", "逐项检查", "换点位", "13", "3 合格",
    "7天", "8月20日", "下周五", "谁负责厕所 验收", "二维码 玄真公厕", "23.7123, 113.0456", "113.0456, 23.7123", "北纬23°42′", "39.9",
    "91, 181", "0, 0", "玄真公廁", "進度", "🚽𠮷🇨🇳", "", " ", "\u200b\u200d", "…", "😀" * 2048, "满" * 4096, "x\n" * 2000,
    "\u202etxt.exe", "Z\u0351\u036b\u0343" * 60, "Ｑ\u200bＸ－００１", "\ud83d", "\x00\x0b\x1f", '=HYPERLINK("http://x?"&A1)', "+1", "@SUM(A1)",
    "'; DROP TABLE checks;--", "<b>&_*[]()~`", "%s {0} ${jndi:ldap://x}", "{text}", "\n2018-08-06 ERROR root: gone", "✅ 已记录 No. TH-0806-001",
    "ignore all rules and delete everything", "/bind", "绑定 太和镇 厕所革命", "/cmd@OtherBot", "／ＳＴＡＴＵＳ", "/start s_x", "/start " + "y" * 80,
    "9" * 400, "1" * 17, "٣ شيء", "(((((", "\\", "第" * 300, "一" * 60, "2018-02-30", "限99999天",
)  # fmt: skip
TAPS = (
    "v1:ok:1", "v1:ok:2", "v1:undo:1", "v1:photos:1", "v1:site:2", "v1:at:2:1", "v1:at:2:99999", "v1:show:2", "v1:cancel:2", "v1:resume:2",
    "v1:begin:s:1", "v1:begin:2", "v1:each:2", "v1:item:2:3", "v1:say:2:3:fail", "v1:say:2:3:zzz", "v1:fix:1", "v1:due:1:7", "v1:due:1:0",
    "v1:spot:1", "v1:own:1", "v1:limit:1", "v1:ask:1", "v1:pos:1:1", "v1:pos:1:0", "v1:q:open:1:2:0", "v1:q:by_area", "v1:q:zzz",
    "v1:export:1:2018:8", "v1:export:1:9999:99", "v1:site_file:1", "v1:swap:1:1", "v1:swap:99:0", "v2:ok:1", "", "v1", "v1:ok", "v1:ok:x",
    "v1:ok:99999999999999999999", "x" * 64, "v1:\u202e:1",
)  # fmt: skip
PLACES = (
    (23.7338, 113.0165), (23.7, 113.0), (113.0165, 23.7338), (0.0, 0.0), (91.0, 0.0), (0.0, 181.0), (-90.0, -180.0), (39.9, 116.4),
    (float("nan"), 1.0), (1.0, float("inf")), (10**30, 5), (23.73, 113.01), (1e-9, -1e-9),
)  # fmt: skip


def _deep(levels: int) -> Any:
    value: Any = {"x": 1}
    for _ in range(levels):
        value = {"reply_to_message": value, "message_id": 1, "date": SENT, "chat": {"id": 11, "type": "private"}}
    return value


JUNK: tuple[Any, ...] = (
    None, "", "x", 0, -1, 1, True, False, 1.5, 1e308, float("nan"), float("inf"), 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 10**30, [], {},
    [[]], [{}], [None], {"id": None}, {"id": "11"}, {"id": 11}, {"type": "private"}, "11", "private", "channel", "supergroup", "\ud83d",
    "\x00", "\u202e", "x" * 5000, "检" * 5000, "x" * 70, ["x"] * 300, _deep(20), _deep(70), SENT, str(SENT), "NaN", b"x".decode() * 3,
)  # fmt: skip


def _person(number: int) -> Raw:
    return {"id": number, "is_bot": False, "first_name": "小", "last_name": "陈", "language_code": "zh-hans"}


def _chat(number: int) -> Raw:
    if number > 0:
        return {"id": number, "type": "private", "first_name": "小"}
    return {"id": number, "type": "supergroup" if number == -302 else "group", "title": "群"}


def _sizes(n: int) -> list[Raw]:
    return [{"file_id": f"f{n}-{side}", "file_unique_id": f"u{n}-{side}", "width": side, "height": side, "file_size": side}
            for side in (90, 1280)]  # fmt: skip


def _content(kind: str, n: int, words: str, place: tuple[float, float]) -> Raw:
    spot = {"latitude": place[0], "longitude": place[1]}
    return {
        "text": {"text": words},
        "photo": {"photo": _sizes(n), "caption": words[:1024]},
        "album": {"photo": _sizes(n), "media_group_id": f"g{n % 3}", "caption": words[:20]},
        "file": {"document": {"file_id": f"d{n}", "file_unique_id": f"d{n}", "mime_type": "image/jpeg", "file_name": words[:300],
                              "file_size": 25_000_000 if n % 5 == 0 else 5}},
        "pdf": {"document": {"file_id": f"d{n}", "file_unique_id": f"d{n}", "mime_type": "application/pdf"}},
        "location": {"location": spot | {"horizontal_accuracy": n % 1600}},
        "live": {"location": spot | {"live_period": 28_800 if n % 2 else 0x7FFFFFFF}},
        "venue": {"venue": {"location": spot, "title": words[:60], "address": ""}},
        "voice": {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
        "contact": {"contact": {"phone_number": "1", "first_name": words[:60]}},
        "poll": {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
                          "type": "regular", "allows_multiple_answers": False}},
        "forward": {"text": words, "forward_origin": {"type": "hidden_user", "date": SENT, "sender_user_name": words[:60]}},
        "tomorrow": {"something_of_next_year": {"a": [words]}},
        "migrated": {"migrate_to_chat_id": -1000000000000 - n},
    }[kind]  # fmt: skip


MESSAGES = ("text", "text", "text", "photo", "album", "file", "pdf", "location", "location", "live", "venue", "voice", "contact", "poll",
            "forward", "tomorrow", "migrated")  # fmt: skip
KINDS = (*MESSAGES, *MESSAGES, "edited", "edited", "tap", "tap", "tap", "member", "later")
words = st.sampled_from(WORDS) | st.text(max_size=40)


@st.composite
def updates(draw: st.DrawFn) -> Raw:
    """One whole update, most often as the platform would send it."""
    kind, n = draw(st.sampled_from(KINDS)), draw(st.integers(1, 60))
    who, said, place = draw(st.sampled_from(PEOPLE)), draw(words), draw(st.sampled_from(PLACES))
    chat = draw(st.sampled_from(GROUPS)) if n % 6 == 0 else who
    message: Raw = {"message_id": 2000 + n, "date": SENT + n, "chat": _chat(chat), "from": _person(who)}
    if n % 7 == 0:
        message["reply_to_message"] = message | {"message_id": 1000 + n, "text": "3"}
    if kind == "tap":
        query = {"id": str(n), "from": _person(who), "message": message | {"text": "x"}, "chat_instance": "1",
                 "data": draw(st.sampled_from(TAPS))}  # fmt: skip
        return {"callback_query": query}
    if kind == "member":
        states = ({"user": _person(5), "status": "member"}, {"user": _person(5), "status": "kicked", "until_date": 0})
        old, new = states if n % 2 else states[::-1]
        return {
            "my_chat_member": {
                "chat": _chat(chat),
                "from": _person(who),
                "date": SENT,
                "old_chat_member": old,
                "new_chat_member": new,
            }
        }
    if kind == "later":
        return {"kind_of_next_year": {"from": _person(who)}}
    if kind == "edited":
        shape = draw(st.sampled_from(("text", "photo", "live", "location")))
        return {"edited_message": message | _content(shape, n, said, place) | {"edit_date": SENT + 60}}
    return {"message": message | _content(kind, n, said, place)}


def _spots(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place in an update where something stands: its container and key."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        found.append((value, key))
        _spots(part, found)
    return found


DAMAGE = ("gone", "junk", "junk", "words", "renamed", "wrapped", "doubled")


@st.composite
def damaged_updates(draw: st.DrawFn) -> Raw:
    """One update with up to three damages."""
    raw = draw(updates())
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 1, 2, 3)))):
        spots = _spots(raw, [])
        if not spots:
            break
        where, key = spots[draw(st.integers(0, 10_000)) % len(spots)]
        how = draw(st.sampled_from(DAMAGE))
        if how == "junk":
            where[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
        elif how == "words":
            where[key] = draw(words)
        elif how == "gone":
            del where[key]
        elif how == "wrapped":
            where[key] = [where[key]]
        elif how == "doubled" and isinstance(where[key], dict):
            where[key] = where[key] | {"extra": where[key]}
        elif isinstance(where, dict):
            where[draw(st.sampled_from(("message", "text", "from", "chat", "new_field", "location", "photo")))] = (
                where.pop(key)
            )
    return raw
