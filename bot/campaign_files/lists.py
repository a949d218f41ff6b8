"""The [[list]] tables."""

import re

from bot.campaign_files.campaign import chosen_by_office
from bot.campaign_files.names import folded
from bot.campaign_files.register import Register
from bot.campaign_files.table import Table
from models.campaign_plan import KEY_LIST, ListPlan

CODE = re.compile(r"[a-z][a-z0-9-]{0,23}")  # it goes into buttons, which carry 64 bytes


def read_lists(root: Table, register: Register) -> tuple[ListPlan, ...]:
    seen: dict[str, int] = {}
    return tuple(_list(row, register, seen) for row in root.rows("list"))


def _list(row: Table, register: Register, seen: dict[str, int]) -> ListPlan:
    is_key = row.flag("key")
    plan = ListPlan(
        code=row.text("code", required=True),
        name=row.text("name", required=True),
        name_en=row.text("name_en"),
        aliases=row.texts("aliases"),
        group=row.text("group"),
        source=None if chosen_by_office(row) else row.source(register.documents),
    )
    row.done()
    _check_code(row, plan, is_key)
    _check_names(row, plan, seen)
    return plan


def _check_code(row: Table, plan: ListPlan, is_key: bool) -> None:
    if plan.code and not CODE.fullmatch(plan.code):
        row.refuse("list_code_wrong", "code", value=plan.code)
    elif plan.code and plan.is_key is not is_key:
        row.refuse("list_code_key", "code", value=plan.code, key=KEY_LIST)


def _check_names(row: Table, plan: ListPlan, seen: dict[str, int]) -> None:
    """Lists are named in what people type: no two may answer to one word, but a group is named by each of its lists."""
    for key, names in (("name", (plan.name,)), ("name_en", (plan.name_en,)), ("aliases", plan.aliases)):
        for name in filter(None, map(folded, names)):
            if name in seen:
                row.refuse("duplicate", key, value=name, first=str(seen[name]))
            seen.setdefault(name, row.line(key))
