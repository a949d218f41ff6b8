"""The agency whose record grows: a district of twenty towns, two hundred inspectors, 1,200 sites, twelve items."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.campaign_plan import AreaKind, Datum, ItemKind
from models.campaigns import Campaign, Checklist, ChecklistItem, Target
from models.people import Account, GroupChat, Person, Posting, Role
from models.places import Area, Site, SiteKind
from models.search import register_changed

TODAY = date(2018, 8, 6)
BEGAN = datetime(2010, 1, 1, tzinfo=UTC)
TOWNS = 20
INSPECTORS = 200
ITEMS = 12
SITES = 1200
KINDS = ("中心城区", "镇级", "旅游")
ITEM_NAMES = ["地面", "墙面", "门窗", "灯具", "洗手盆", "便器", "管道", "标识", "垃圾桶", "通风", "消毒", "台账"]
NAMES = [
    "太和",
    "三坑",
    "禾云",
    "龙颈",
    "山塘",
    "石潭",
    "浸潭",
    "太平",
    "桃源",
    "新洲",
    "南冲",
    "鱼坝",
    "沙河",
    "珠坑",
    "白湾",
    "石马",
    "秦皇",
    "升平",
    "回澜",
    "井塘",
]


def found(session: Session, sites: int = SITES) -> None:
    """The district, its campaign and people, its sites, the groups bound to the whole and to each town."""
    _areas(session)
    _campaign(session)
    _people(session)
    session.flush()
    session.execute(insert(Site), [site(n) for n in range(sites)])
    register_changed(session)


def _areas(session: Session) -> None:
    session.add(Area(id=1, name="清新区", kind=AreaKind.DISTRICT, prefix="QX"))
    session.flush()
    session.add_all(
        Area(id=n + 2, name=f"{name}镇", kind=AreaKind.TOWN, parent_id=1) for n, name in enumerate(NAMES[:TOWNS])
    )
    session.flush()


def _campaign(session: Session) -> None:
    session.add(Campaign(id=1, code="toilets", name="公厕行动", cadence_days=2, imported_at=BEGAN))
    session.flush()
    session.add_all(SiteKind(id=n, campaign_id=1, code=f"k{n}", name=name) for n, name in enumerate(KINDS, 1))
    session.add(Checklist(id=1, campaign_id=1, code="daily", version=1, name="日常巡查"))
    session.add(Target(campaign_id=1, code="all", name="全覆盖", comparison=">=", value=SITES, measure="sites_checked"))
    session.flush()
    session.add_all(
        ChecklistItem(id=n, checklist_id=1, number=n, name=f"{name}完好", label=name, kind=ItemKind.YES_NO)
        for n, name in enumerate(ITEM_NAMES[:ITEMS], 1)
    )


def _people(session: Session) -> None:
    session.add_all(Person(id=n, name=f"巡查员{n}", joined_at=BEGAN) for n in range(1, INSPECTORS + 1))
    session.flush()
    for n in range(1, INSPECTORS + 1):
        session.add(Account(channel="telegram", external_id=str(1000 + n), person_id=n, name=f"巡查员{n}"))
        role = Role.LEAD if n <= TOWNS else Role.INSPECTOR
        session.add(Posting(person_id=n, role=role, area_id=n % TOWNS + 2, since=BEGAN))
    for n in range(1, TOWNS + 2):
        session.add(
            GroupChat(id=n, channel="telegram", external_id=f"-{n}", title="群", area_id=n, campaign_id=1,
                      bound_at=BEGAN)
        )  # fmt: skip


def site(n: int) -> dict[str, object]:
    """Site number `n`: strewn over a square of some 150 km, and named by its town, its place and what it is."""
    return {
        "id": n + 1, "campaign_id": 1, "code": f"S{n:06d}", "name": site_name(n), "aliases": [], "attributes": {},
        "area_id": n % TOWNS + 2, "kind_id": n % len(KINDS) + 1, "token": f"t{n}", "datum": Datum.WGS84,
        "latitude": 23.0 + n * 0.618_033_988_7 % 1 * 1.4, "longitude": 112.2 + n * 0.754_877_666_2 % 1 * 1.5,
    }  # fmt: skip


FIRST = "东西南北上下大小新老金银白青红黄龙凤虎马牛羊石水山河湖海江溪竹松梅桂兰荷柳桃李杏"
SECOND = "岗塘坑坪岭洲湾桥村坝冲围田井泉滩沙角洞屯寨庙亭台阁街巷门关口"
WHAT = ("公厕", "市场公厕", "公园公厕", "卫生站", "小学公厕", "文化广场", "垃圾转运站", "车站公厕")


def site_name(n: int) -> str:
    """No two of the first fifty thousand alike."""
    town, rest = NAMES[n % TOWNS], n // TOWNS
    what, rest = WHAT[rest % len(WHAT)], rest // len(WHAT)
    first, rest = FIRST[rest * 7 % len(FIRST)], rest // len(FIRST)
    return f"{town}{first}{SECOND[(rest + n) % len(SECOND)]}{what}"


def day_number(n: int) -> date:
    """The nth day before today."""
    return TODAY - timedelta(days=n)
