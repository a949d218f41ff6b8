"""Sites found by what people type of their names."""

import pytest

from bot.campaign_files import read_campaign
from bot.demo.places import CAMPAIGN
from models.campaign_plan import SitePlan
from models.search import CONTAINED, EXACT, SiteIndex

SITES = read_campaign(CAMPAIGN, None).sites
NAMES = [site.name for site in SITES]
INDEX = SiteIndex([(n, site.code, site.name, list(site.aliases)) for n, site in enumerate(SITES)])


def found(typed: str) -> list[str]:
    return [NAMES[hit.site_id] for hit in INDEX.search(typed)]


@pytest.mark.parametrize(
    "typed",
    ["tyg", "TYG", "ｔｙｇ", "tiyuguan", "TiYuGuan", "tiyu guan", "体育馆", "体育馆公厕", "体 育 馆", "体\u200b育馆",
     "五星", "C01", "c０1", "体育官公厕", "体育馆五星公侧", "體育館", "体育馆五星级公厕"],
)  # fmt: skip
def test_one_site_by_many_words(typed: str) -> None:
    assert found(typed) == ["体育馆五星公厕"]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.code)
def test_every_site_is_found_by_its_names_and_its_code(site: SitePlan) -> None:
    n = SITES.index(site)
    for typed in (SITES[n].name, SITES[n].code, SITES[n].code.lower(), *SITES[n].aliases):
        assert [hit.site_id for hit in INDEX.search(typed)] == [n], typed


@pytest.mark.parametrize("site", [site for site in SITES if len(site.name) >= 4], ids=lambda site: site.code)
def test_every_site_is_found_in_spite_of_one_letter_left_out(site: SitePlan) -> None:
    n = SITES.index(site)
    for at in range(len(NAMES[n])):
        typed = NAMES[n][:at] + NAMES[n][at + 1 :]
        assert n in [hit.site_id for hit in INDEX.search(typed)], typed


def test_a_part_that_several_share_finds_them_all() -> None:
    assert found("玄真") == ["玄真公厕", "玄真公园公厕"]
    assert found("xuanzhen") == ["玄真公厕", "玄真公园公厕"]
    assert len(found("公厕")) == 8
    assert len(INDEX.search("公厕", limit=100)) > 20


def test_what_says_exactly_that_leaves_out_what_only_contains_it() -> None:
    assert found("玄真公厕") == ["玄真公厕"]
    assert [hit.score for hit in INDEX.search("玄真公厕")] == [EXACT]


def test_the_best_comes_first() -> None:
    scores = [hit.score for hit in INDEX.search("公园")]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] >= CONTAINED


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\u200b",
        "馆",
        "x",
        "t",
        "进度",
        "灯坏",
        "有烟蒂",
        "地面有水",
        "今天天气不错",
        "你好",
        "zzz",
        "13",
        "!!",
        "门锁坏了",
    ],
)
def test_what_names_no_site(typed: str) -> None:
    assert found(typed) == []


def test_the_threshold() -> None:
    near = INDEX.search("体育馆五星宾馆", least=0)[0]
    assert NAMES[near.site_id] == "体育馆五星公厕"
    assert INDEX.search("体育馆五星宾馆", least=near.score)
    assert NAMES.index("体育馆五星公厕") not in [
        h.site_id for h in INDEX.search("体育馆五星宾馆", least=near.score + 0.01)
    ]


def test_two_sites_of_one_name_are_both_offered() -> None:
    twins = SiteIndex([(1, "A1", "市场公厕", []), (2, "A2", "市场公厕", [])])
    assert [hit.site_id for hit in twins.search("市场公厕")] == [1, 2]


def test_sites_out_of_sight_do_not_stand_in_the_way() -> None:
    """Eight parks of the next town must not hide one's own; nor an exact name there a similar one here."""
    own = frozenset({NAMES.index("运动公园公厕"), NAMES.index("镇标公园公厕")})
    assert sorted(NAMES[hit.site_id] for hit in INDEX.search("公园", among=own)) == ["运动公园公厕", "镇标公园公厕"]
    assert "运动公园公厕" not in found("公园")
    assert INDEX.search("玄真公厕", among=own) == []
    assert INDEX.search("C01", among=own) == []
