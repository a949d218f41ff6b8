"""Everything somebody may try: every command, question, link, photo, place and button, about everything there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.messages import Incoming, Kind, SentPlace
from handlers.routes import COMMANDS
from handlers.taps import BUTTONS, IN_GROUPS
from tests.handlers.agency_record import GROUPS, NOW, UNIT_GROUP, Who, incoming, photo

TODAY = NOW.astimezone(ZoneInfo("Asia/Shanghai")).toordinal()
KINDS = ("rectify", "stop", "warn")
SITES = ("玄真公厕", "镇标公园公厕", "明霞市场公厕", "测试公园母婴室", "河堤公园公厕")


@dataclass(frozen=True)
class Known:
    """What there is, found without the program's own rights: ids, and the words each area's secrets are told by."""

    ids: dict[str, list[int]]
    unit_of_site: dict[int, str | None]  # of sites with a case: whose it is
    area_of_site: dict[int, str]
    campaign_of_site: dict[int, str]
    site_of_check: dict[int, int | None]
    secrets: dict[int, frozenset[str]]  # site → its name, its people's work, numbers, notes, photos
    tokens: dict[int, str]
    codes: list[str]  # of cases
    places: list[int]  # of SITES


QUESTIONS = (
    *("进度", "未整改", "逾期", "今天", "本周", "地图", "按镇", "我的", "点位", "更正", "撤回", "取消", "提交"),
    *("未整改 太和", "未整改 三坑", "太和 进度", "三坑 公厕", "太和", "母婴室 进度", "xzgc", "C05", "Z04", "金丝雀"),
    *("TH-0806-001", "SK-0806-W01", "SK-0806-T01", "3 有烟蒂", "3 合格", "谁负责厕所 验收", "公厕", "全部合格"),
    *("逐项检查", "帮助 13"),
    *("导出 厕所 8月", "导出 母婴室 8月", "导出 太和 8月", "邀请 管理员", "邀请 巡查员 太和镇", "绑定 太和镇 厕所革命"),
    *("投诉", "投诉 太和", "投诉 玄真公厕 12345 灯坏", "投诉 镇标公园公厕 灯坏"),
    *("答复 TH-0806-C01 好了", "TH-0806-C01"),
    *("重大", "重大 太和镇 2伤 塌方", "更正 TH-0806-Z01 5死", "TH-0806-Z01"),
    *("退回 TH-0806-001 3 看不清", "退回 SK-0806-001 13 看不清", "退回 13 看不清", "退回", "13 合格", "SK-0806-001"),
    *("离职 三坑巡查甲", "离职 太和巡查甲", "离职"),
    *("重点监管清单", "重点监管 三坑", "重点监管 未整改", "清单", "移出 重点监管清单 玄真公厕 已整改", "列入 玄真公厕"),
    *("移出 重点监管清单 镇标公园公厕 已整改", "列入 重点监管清单 明霞市场公厕 投诉", "列入 重点监管清单 公厕 投诉"),
)  # fmt: skip


def messages(known: Known, who: Who) -> Iterator[Incoming]:
    for name in COMMANDS:
        for rest in ("", "三坑镇", "玄真公厕"):
            yield incoming(who, Kind.TEXT, text=f"/{name} {rest}".strip())
        for rest in ("", "太和镇"):
            yield incoming(who, Kind.TEXT, "-301", text=f"/{name} {rest}".strip())
    for text in (*QUESTIONS, *SITES):
        yield incoming(who, Kind.TEXT, text=text)
    for chat in GROUPS:
        for text in (*QUESTIONS[:7], "未整改 太和", "玄真公厕 未整改", "@xuncha_bot 玄真公厕"):
            yield incoming(who, Kind.TEXT, chat, text=text)
    for site in known.places:
        yield incoming(who, Kind.START, text=f"s_{known.tokens[site]}")
    for code in known.codes:
        yield incoming(who, Kind.START, text=f"c_{code}")
    yield from evidence(who)


def evidence(who: Who) -> Iterator[Incoming]:
    """Photos and positions, some in reply to what others were shown; lines they wrote, edited."""
    for caption in ("", "13 坏", *(f"{name} 全部合格" for name in SITES[:3])):
        yield incoming(who, Kind.PHOTO, **photo(caption))
    for reply_to in range(1002, 1040, 9):
        yield incoming(who, Kind.PHOTO, **photo("3 坏", reply_to=reply_to))
        yield incoming(who, Kind.TEXT, text="3 坏", reply_to=reply_to)
        yield incoming(who, Kind.TEXT, text="3 坏", message_id=reply_to, edited=True)
    for latitude, longitude in ((23.7338, 113.0165), (23.60, 113.10), (23.9, 112.9)):
        yield incoming(who, Kind.LOCATION, place=SentPlace(latitude, longitude, 10))


def buttons(known: Known, who: Who) -> Iterator[Incoming]:
    checks, findings = [f"{n}" for n in known.ids["check"][:4]], [f"{n}" for n in known.ids["finding"]]
    escalations = [f"{n}" for n in known.ids["escalation"]]
    requests = [f"{n}" for n in known.ids["request"]]
    every_check = [f"{n}" for n in known.ids["check"]]
    returns, returned = [f"{n}" for n in known.ids["return"]], [f"{n}" for n in known.ids["returned"]]
    verifications = [f"{n}" for n in known.ids["verification"]]
    complaints, incidents = [f"{n}" for n in known.ids["complaint"]], [f"{n}" for n in known.ids["incident"]]
    words = {
        **dict.fromkeys(("complaint", "complaint_answer", "complaint_case", "visit"), complaints),
        "complain": [""],
        "complaint_at": [f"{n}:{site}" for n in complaints for site in known.places[:2]],
        "complaint_due": [f"{n}:3" for n in complaints],
        "complaint_item": [f"{n}:13" for n in complaints],
        "serious": ["0", "1"],
        **dict.fromkeys(("seen", "alarm"), incidents),
        "interview": [f"{n}:{yes}" for n in known.ids["incident step"] for yes in (0, 1)],
        **dict.fromkeys(("ok", "undo", "photos", "site", "show", "cancel", "fix", "resume", "each", "receipt"), checks),
        **dict.fromkeys(("spot", "own", "limit", "ask", "take", "fixed", "evidence", "verify"), findings),
        **dict.fromkeys(("refuses", "severity", "unsent", "comment"), findings),
        **dict.fromkeys(("climb", "decline"), escalations),
        "rung": [f"{n}:1:{step}" for n in findings for step in (1, 2)],
        "severe": [f"{n}:serious" for n in findings],
        "by_plan": [f"{n}:1:{TODAY + 3}" for n in findings],
        **dict.fromkeys(("history", "extend", "not_ours", "case", "merge", "part"), findings),
        "into": [f"{one}:{other}" for one in findings[:2] for other in (findings[0], findings[-1])],
        "same": [f"{check}:13:{finding}" for check in checks[:2] for finding in findings[:2]],
        "new": [f"{check}:13" for check in checks],
        "another": [f"{n}" for n in known.ids["sighting"]],
        "there": [f"{site}" for site in known.places],
        "waits": [f"{site}" for site in known.places],
        **dict.fromkeys(("grant", "refuse", "refer_other", "answer"), requests),
        "notice": [f"{n}:{kind}:{day}" for n in findings for kind in KINDS for day in (0, TODAY + 3)],
        "until": [f"{n}:{kind}" for n in findings for kind in KINDS],
        "issue": [f"{n}:{kind}:{TODAY + 3}:1" for n in findings for kind in KINDS],
        "served": [f"{n}" for n in known.ids["notice"]],
        **dict.fromkeys(("check", "send_back"), every_check),
        **dict.fromkeys(("returned", "redone", "let_off", "leave_choice"), returns),
        "mark": [f"{n}:{number}" for n in returns for number in (3, 99)],
        "redo": [f"{n}:{photo}" for n in returned for photo in (0, 1)],
        "checks": [f"{campaign}:{TODAY - late}" for campaign in (1, 2, 9) for late in (0, 1)],
        "leave": [f"{person}:{TODAY + late}" for person in known.ids["person"] for late in (0, 1)],
        "hand_over": [f"{person}:{to}" for person in known.ids["person"][-4:] for to in (0, known.ids["person"][0])],
        "refer": [f"{request}:{unit}" for request in requests for unit in (1, 99)],
        **dict.fromkeys(("conforms", "returns"), verifications),
        "at": [f"{check}:{site}" for check in checks for site in known.places[:2]],
        "begin": [f"s:{site}" for site in known.places] + checks,
        "item": [f"{n}:13" for n in checks],
        "say": [f"{n}:13:pass" for n in checks],
        "due": [f"{n}:3" for n in findings],
        "shrink": [f"{n}:{yes}" for n in known.ids["question"] for yes in (0, 1)],
        "swap": [f"{n}:{yes}" for n in known.ids["location"] for yes in (0, 1)],
        "pos": [f"{n}:{yes}" for n in known.ids["proposal"] for yes in (0, 1)],
        "q": [f"{q}:{c}:{area}:0" for q in ("open", "map", "sites") for c in (0, 2) for area in (0, *known.ids["area"])]
        + [f"{q}:1:{area}:0:key" for q in ("open", "map", "lists") for area in (0, *known.ids["area"])],
        "export": ["1:2018:8", "2:2018:8", "9:2018:8"],
        "csv": ["1:2018:8:0", "2:2018:8:0", "9:2018:8:0"],
        "campaign": [f"{verb}:{n}:{day}" for verb in ("leave", "close") for n in (1, 9) for day in (0, 99)],
        "site_file": [f"{site}" for site in known.places],
        "whole_file": [f"{site}" for site in known.places],
        "list": [f"{site}:{leaves}" for site in known.places for leaves in (0, 1, 2)],
        "list_site": [f"{asked}:{site}" for asked in known.ids["move"] for site in known.places],
        "list_in": [f"{asked}:{code}" for asked in known.ids["move"] for code in ("key", "upgrade")],
    }
    assert set(words) >= set(BUTTONS), set(BUTTONS) - set(words)
    for verb, each in words.items():
        for data in each:
            yield incoming(who, Kind.TAP, button=f"v1:{verb}:{data}".rstrip(":"), tap="t")
            if verb in {*IN_GROUPS, "photos", "begin"}:
                for chat in ("-301", UNIT_GROUP):
                    yield incoming(who, Kind.TAP, chat, button=f"v1:{verb}:{data}", tap="t")
