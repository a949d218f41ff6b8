"""The [[notice]] tables: what a notice says, with blanks that are filled in from the case."""

import re

from bot.campaign_files.campaign import TERRITORIAL
from bot.campaign_files.duties import unique_code
from bot.campaign_files.errors import nearest
from bot.campaign_files.register import Register
from bot.campaign_files.table import Table
from models.campaign_plan import BLANKS, NoticeForm, NoticeKind

_BLANK = re.compile(r"\{([^{}]*)\}")


def read_forms(root: Table, register: Register) -> tuple[NoticeForm, ...]:
    seen: dict[str, int] = {}
    rows = root.rows("notice")
    forms = tuple(_form(row, register, seen) for row in rows)
    _check_kinds(rows, forms)
    return forms


def _form(row: Table, register: Register, seen: dict[str, int]) -> NoticeForm:
    territorial = row.has("signed_by") and row.values["signed_by"] == TERRITORIAL
    form = NoticeForm(
        code=unique_code(row, seen),
        kind=row.word("kind", NoticeKind),
        title=row.text("title", required=True).strip("《》"),
        to=row.text("to") or "{unit}",
        body=row.texts("body"),
        signed_by=None if territorial else row.reference("signed_by", register.units),
        territorial=territorial,
        source=row.source(register.documents),
    )
    if not form.body and ("body" not in row.values or row.values["body"] == []):
        row.refuse("key_missing", "body", key="body")
    for key, words in (("title", form.title), ("to", form.to), *(("body", words) for words in form.body)):
        _check_blanks(row, key, words)
    row.done()
    return form


def _check_blanks(row: Table, key: str, words: str) -> None:
    """A blank nobody can fill would be printed as it stands, on paper that is signed and served."""
    for name in _BLANK.findall(words):
        if name not in BLANKS:
            row.refuse("blank_unknown", key, nearest(name, BLANKS), BLANKS, value=name)
    if set("{}") & set(_BLANK.sub("", words)):
        row.refuse("blank_broken", key, value=words[:40])


def _check_kinds(rows: list[Table], forms: tuple[NoticeForm, ...]) -> None:
    """Of two forms of a kind nobody could say which one is meant."""
    first: dict[NoticeKind, int] = {}
    for row, form in zip(rows, forms, strict=True):
        if form.kind in first and "kind" in row.values:
            row.refuse("duplicate", "kind", value=form.kind.value, first=str(first[form.kind]))
        first.setdefault(form.kind, row.line("kind"))
