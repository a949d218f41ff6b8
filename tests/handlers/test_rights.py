"""Who may see and do what: everybody asks for everything, and nothing of another area is ever shown or changed."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import lists
from handlers.ledger_files import Wanted
from handlers.messages import Incoming, Kind
from models.campaign_import import consent
from models.checks import Check, ItemResult, Location
from models.complaints import Complaint
from models.database import Database
from models.escalations import Escalation
from models.evidence import Photo
from models.findings import CaseRequest, Finding, Verification
from models.incidents import Incident, IncidentStep
from models.journal import JournalEntry
from models.ledgers import ledger_rows
from models.listing import ListEntry
from models.messages import Card, OutboxRow
from models.notices import CaseCode, Notice
from models.people import Person, Role
from models.places import Area, PositionProposal, Site, Unit
from models.returns import Return, ReturnedItem
from models.rights import Scope
from models.sightings import Sighting
from tests.handlers.agency_record import GROUPS, PEOPLE, STRANGER, Who, incoming, make, turn
from tests.handlers.attempts import SITES, Known, buttons, messages
from tests.handlers.tables import Rows, Written, after_cell, rows_of, site_of, spoken

# One of a kind: who stands for another of the same role and area does not ask everything again.
ASKERS = tuple(who for who in (*PEOPLE, STRANGER) if who.name not in {"太和巡查乙", "全区审计甲", "全区管理甲"})
NEUTRAL = "此机器人仅供受邀人员使用。请向管理员索取邀请链接。"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = make(Path(tmp_path_factory.mktemp("rights")))
    yield database
    database.close()


@pytest.fixture(scope="module")
def known(record: Database) -> Known:
    with record.reading() as session:
        sites = list(session.scalars(select(Site)))
        checks, findings = list(session.scalars(select(Check))), list(session.scalars(select(Finding)))
        secrets = {site.id: {site.name, site.token, *site.aliases} for site in sites}
        for check in checks:
            if check.site_id is not None:
                secrets[check.site_id] |= {check.number} if check.number else set()
                secrets[check.site_id].add(check.person.name)
        for finding in findings:
            secrets[finding.site_id].add(finding.number)
        for notice in session.scalars(select(Notice)):
            secrets[site_of_notice(session, notice)] |= {notice.number, notice.page["link"]}
        complaints, incidents = list(session.scalars(select(Complaint))), list(session.scalars(select(Incident)))
        for complaint in complaints:
            secrets[complaint.site_id or 0] |= {complaint.number or "", complaint.text}
        for incident in incidents:  # of a place as any of its sites
            secrets[complaints[0].site_id or 0] |= {incident.number or "", incident.text}
        site_of = {check.id: check.site_id for check in checks}
        site_of_finding = {finding.id: finding.site_id for finding in findings}
        for result in session.scalars(select(ItemResult)):
            place = site_of[result.check_id]
            assert place is not None
            secrets[place] |= {result.note} if result.note else set()
        for each in session.scalars(select(Photo)):
            place = site_of[each.check_id] if each.check_id else site_of_finding[each.finding_id or 0]
            assert place is not None
            secrets[place].add(each.file_id)
        for entry in session.scalars(select(ListEntry)):
            secrets[entry.site_id].add(entry.reason)
        return Known(
            ids={
                "check": [check.id for check in checks],
                "finding": [finding.id for finding in findings],
                "notice": list(session.scalars(select(Notice.id))),
                "verification": list(session.scalars(select(Verification.id))),
                "person": list(session.scalars(select(Person.id).order_by(Person.id))),
                "move": list(session.scalars(select(JournalEntry.id).where(JournalEntry.action == lists.ASKED))),
                "return": list(session.scalars(select(Return.id))),
                "returned": list(session.scalars(select(ReturnedItem.id))),
                "request": list(session.scalars(select(CaseRequest.id))),
                "escalation": list(session.scalars(select(Escalation.id))),
                "sighting": list(session.scalars(select(Sighting.id))),
                "question": list(session.scalars(select(JournalEntry.id).where(JournalEntry.action == consent.ASKED))),
                "location": list(session.scalars(select(Location.id).limit(3))),
                "proposal": list(session.scalars(select(PositionProposal.id))),
                "complaint": [complaint.id for complaint in complaints],
                "incident": [incident.id for incident in incidents],
                "incident step": list(session.scalars(select(IncidentStep.id))),
                "area": list(session.scalars(select(Area.id).where(Area.name.in_(("太和镇", "三坑镇"))))),
            },
            unit_of_site={finding.site_id: _unit_name(session, finding) for finding in findings},
            area_of_site={site.id: site.area.name for site in sites},
            campaign_of_site={site.id: site.campaign.code for site in sites},
            site_of_check=site_of,
            secrets={site: frozenset(words) for site, words in secrets.items()},
            tokens={site.id: site.token for site in sites},
            codes=list(session.scalars(select(CaseCode.token))),
            places=[site.id for name in SITES for site in sites if site.name == name],
        )


def site_of_notice(session: Session, notice: Notice) -> int:
    return session.get_one(Finding, notice.finding_id).site_id


def _unit_name(session: Session, finding: Finding) -> str | None:
    return session.get_one(Unit, finding.unit_id).name if finding.unit_id is not None else None


def sees(known: Known, who: Who, site: int) -> bool:
    """The rule itself, said once more and differently from the program."""
    if who.role is None or who.has_left:
        return False
    if who.role is Role.UNIT:
        return known.unit_of_site.get(site) == who.unit
    if who.campaign is not None and known.campaign_of_site[site] != who.campaign:
        return False
    return who.areas is None or known.area_of_site[site] in who.areas


def leaks(known: Known, who: Who, message: Incoming, said: list[dict[str, Any]]) -> list[str]:
    """Secrets of sites they may not see, in what they are shown; their own words given back are none, nor is what
    belongs to a site they see as well, such as who inspected both."""
    found = []
    theirs = {word for site, words in known.secrets.items() if sees(known, who, site) for word in words}
    for each in said:
        if each["chat"] not in {message.chat, "toast", str(who.account)}:
            continue
        shown = json.dumps(each["body"], ensure_ascii=False)
        for own in sorted({message.text, *message.text.split()}, key=len, reverse=True):
            shown = shown.replace(own, "") if len(own) > 1 else shown
        for site, words in known.secrets.items():
            in_group = message.in_group and each["chat"] == message.chat
            area = GROUPS.get(message.chat) if in_group else None
            of_group = known.area_of_site[site] == area and known.campaign_of_site[site] == "toilets-2018"
            if of_group if in_group else sees(known, who, site):
                continue
            found += [word for word in words if word in shown and (in_group or word not in theirs)]
    return found


def touched(known: Known, who: Who, before: Rows, after: Rows) -> list[str]:
    """Rows of others that changed or went, and new ones that reach where the person may not."""
    found = [f"{key} is gone" for key in before if key not in after]
    for key, row in after.items():
        site = site_of(known, key, row, after)
        if before.get(key) is not row and site is not None and not sees(known, who, site) and before.get(key) != row:
            found.append(f"{key}: {row}")
        if key not in before and key[0] in {"postings", "areas", "sites"}:
            found.append(f"{key} is new")
    return found


def oversteps(who: Who, before: Rows, after: Rows, said: list[dict[str, Any]]) -> list[str]:
    """What a role must not do even at home."""
    role = None if who.has_left else who.role
    added = [row for key, row in after.items() if key not in before]
    new = {key[0] for key in after if key not in before}
    changed = {key[0] for key, row in before.items() if after.get(key) != row}
    found = []
    opens_case = role in {Role.OFFICE, Role.ADMIN} and "complaints" in changed  # 直接立案
    if (
        role not in {Role.INSPECTOR, Role.LEAD}
        and not opens_case
        and new & {"checks", "item_results", "photos", "locations", "findings"}
    ):
        found.append("recorded without inspecting")
    if role in {Role.AUDITOR, Role.UNIT, None} and (new | changed) & {"complaints", "incidents", "incident_steps"}:
        found.append("raised or answered what is not theirs")
    if role not in {Role.OFFICE, Role.ADMIN} and (
        "invites" in new or "complaints" in new or changed & {"group_chats", "sites"}
    ):
        found.append("did the office's work")
    if role in {Role.AUDITOR, Role.UNIT, None} and changed & {"checks", "item_results", "photos"}:
        found.append("changed what they may only read")
    if role in {Role.AUDITOR, None} and changed & {"findings"}:
        found.append("changed what they may only read")
    if role not in {Role.OFFICE, Role.ADMIN, Role.LEAD} and "list_entries" in new | changed:
        found.append("moved a site between lists")
    if role not in {Role.OFFICE, Role.ADMIN} and "people" in changed:
        found.append("ended somebody's access")
    if role is not Role.ADMIN and any(row.get("action") in {consent.AGREED, consent.DECLINED} for row in added):
        found.append("agreed to closing sites")
    if role in {Role.INSPECTOR, Role.UNIT, None} and any("sheet" in each["body"] for each in said):
        found.append("took a ledger away")
    return found


def ledger_leaks(session: Session, known: Known, who: Who, said: list[dict[str, Any]]) -> list[str]:
    """Rows of the ledgers that would be written, of sites they may not see."""
    found = []
    for each in said:
        if "sheet" not in each["body"]:
            continue
        wanted = Wanted.from_data(each["body"]["sheet"]["question"])
        rows = ledger_rows(session, wanted.campaign, list(wanted.scopes), wanted.first, wanted.last, wanted.as_of)
        sites = [row.check.site_id for row in rows.checks] + [row.finding.site_id for row in rows.findings]
        found += [f"ledger row of site {site}" for site in sites if site is None or not sees(known, who, site)]
    return found


@pytest.mark.parametrize("who", ASKERS, ids=lambda who: f"{who.name}")
def test_everything_is_asked_by_everybody(record: Database, known: Known, who: Who) -> None:
    """T02, T05, T07. Each cell is one message, rolled back before the next."""
    cells, problems = 0, []
    with record.writing() as session:
        before = rows_of(session)
        last = (max(session.scalars(select(OutboxRow.id))), max(session.scalars(select(Card.id))))
        written = Written(session)
        for message in (*messages(known, who), *buttons(known, who)):
            cells += 1
            cell = session.begin_nested()
            outcome = turn(session, message)
            said = spoken(session, last, [toast.text for toast in outcome.toasts])
            after = after_cell(session, before, written.taken())
            wrong = leaks(known, who, message, said) + touched(known, who, before, after)
            wrong += oversteps(who, before, after, said) + ledger_leaks(session, known, who, said)
            if wrong:
                problems.append((message.kind.value, message.chat, message.text or message.button, wrong[:3]))
            if who.role is None or who.has_left:
                texts = {each["body"]["text"] for each in said if each["chat"] == message.chat and not message.in_group}
                assert texts <= {NEUTRAL, ""}, (message, texts)
            cell.rollback()
            session.expire_all()
        session.rollback()
    assert problems == []
    assert cells >= 200


def test_the_record_holds_what_could_leak(known: Known) -> None:
    """The matrix means nothing if there were nothing to see."""
    by_area = {area: {w for s, words in known.secrets.items() if known.area_of_site[s] == area for w in words}
               for area in ("太和镇", "三坑镇")}  # fmt: skip
    assert {"金丝雀太和灯坏", "金丝雀太和蚊子", "TH-0806-001", "玄真公厕"} <= by_area["太和镇"]
    assert {"金丝雀三坑灯坏", "金丝雀三坑蚊子", "SK-0806-001", "镇标公园公厕"} <= by_area["三坑镇"]
    assert len(known.ids["proposal"]) == len(known.ids["sighting"]) == 1
    assert len([word for word in by_area["太和镇"] if word.startswith("file-")]) == 9


def test_whoever_may_see_does_see(record: Database, known: Known) -> None:
    """Against a matrix that passes because everything is refused."""
    seen = {}
    for who in PEOPLE:
        with record.writing() as session:
            last = (max(session.scalars(select(OutboxRow.id))), max(session.scalars(select(Card.id))))
            turn(session, incoming(who, Kind.TEXT, text="未整改"))
            shown = json.dumps(spoken(session, last, []), ensure_ascii=False)
            seen[who.name] = {word for word in ("金丝雀太和灯坏", "金丝雀三坑灯坏") if word in shown}
            session.rollback()
    taihe, sankeng = {"金丝雀太和灯坏"}, {"金丝雀三坑灯坏"}
    assert seen == {
        "太和巡查甲": taihe,
        "太和巡查乙": taihe,
        "三坑巡查甲": sankeng,
        "禾云巡查甲": set(),
        "太和组长甲": taihe,
        "三坑组长甲": sankeng,
        "三坑办公甲": sankeng,
        "三坑审计甲": sankeng,
        "单位人员甲": set(),
        "单位人员乙": set(),
        "离任单位甲": set(),
        "离任巡查甲": set(),
        "母婴组长甲": set(),
        "全区审计甲": taihe | sankeng,
        "全区办公甲": taihe | sankeng,
        "全区管理甲": taihe | sankeng,
    }


def test_a_scope_is_a_condition_on_sites(record: Database, known: Known) -> None:
    with record.reading() as session:

        def within(scope: Scope) -> set[int]:
            return set(session.scalars(select(Site.id).where(scope.of_sites())))

        areas = {area.name: area.id for area in session.scalars(select(Area))}
        every = set(known.area_of_site)
        assert within(Scope()) == every
        assert within(Scope(frozenset())) == set()
        taihe = {site for site, area in known.area_of_site.items() if area == "太和镇"}
        assert within(Scope(frozenset({areas["太和镇"]}))) == taihe
        rooms = {site for site, code in known.campaign_of_site.items() if code.startswith("mother")}
        campaign = session.get_one(Site, min(rooms)).campaign_id
        assert within(Scope(campaign=campaign)) == rooms
        assert within(Scope(frozenset({areas["太和镇"]}), campaign)) == taihe & rooms
        assert date(2018, 8, 6) == session.scalars(select(Check.day).where(Check.day.is_not(None))).first()
