"""The peer: an inspection bot on aiogram's finite state machine, with one shared aiosqlite connection in WAL mode.

aiogram's own polling, transport and defaults: updates are handled concurrently, states live in memory. A commit at
every step. The same check as ours: position → nearest site, two photos kept on disk, exceptions typed, a tap, the
receipt.

`python -m benchmarks.aiogram_bot URL FOLDER`, where FOLDER has the campaign as `campaign.json`.
"""

import asyncio
import json
import math
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks import TOKEN

FOLDER = Path(sys.argv[2] if len(sys.argv) > 2 else ".")
PHOTOS_REQUIRED = 2
RADIUS_M = 150
CANCEL = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="取消", callback_data="cancel")]])
SUBMIT = InlineKeyboardMarkup(inline_keyboard=[
    [InlineKeyboardButton(text="✅ 其余均合格，提交", callback_data="submit")],
    [InlineKeyboardButton(text="取消", callback_data="cancel")],
])  # fmt: skip
TABLES = """
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, telegram_id INTEGER UNIQUE NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sites (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL);
CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, number INTEGER UNIQUE NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS checks (
  id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
  site_id INTEGER NOT NULL REFERENCES sites (id),
  latitude REAL NOT NULL, longitude REAL NOT NULL, started_at TEXT NOT NULL, submitted_at TEXT);
CREATE TABLE IF NOT EXISTS photos (
  id INTEGER PRIMARY KEY, check_id INTEGER NOT NULL REFERENCES checks (id), path TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS photos_of_check ON photos (check_id);
CREATE TABLE IF NOT EXISTS results (
  id INTEGER PRIMARY KEY, check_id INTEGER NOT NULL REFERENCES checks (id),
  item_id INTEGER NOT NULL REFERENCES items (id),
  passed INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS results_of_check ON results (check_id);
"""
router = Router()


class Inspection(StatesGroup):
    taking_photos = State()
    answering = State()


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Haversine."""
    (lat1, lon1), (lat2, lon2) = [(math.radians(x), math.radians(y)) for x, y in (a, b)]
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12_742_000 * math.asin(math.sqrt(h))


async def rows(db: aiosqlite.Connection, question: str, *values: object) -> list[aiosqlite.Row]:
    async with db.execute(question, values) as cursor:
        return list(await cursor.fetchall())


@router.message(F.location)
async def receive_location(message: Message, state: FSMContext, db: aiosqlite.Connection) -> None:
    here = (message.location.latitude, message.location.longitude)
    await db.execute(
        "INSERT INTO users (telegram_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (message.from_user.id, message.from_user.full_name),
    )
    [user] = await rows(db, "SELECT id FROM users WHERE telegram_id = ?", message.from_user.id)
    sites = await rows(db, "SELECT id, name, latitude, longitude FROM sites")
    site = min(sites, key=lambda s: metres(here, (s["latitude"], s["longitude"])))
    distance = metres(here, (site["latitude"], site["longitude"]))
    if distance > RADIUS_M:
        await message.answer("附近没有点位")
        return
    cursor = await db.execute(
        "INSERT INTO checks (user_id, site_id, latitude, longitude, started_at) VALUES (?, ?, ?, ?, ?)",
        (user["id"], site["id"], *here, datetime.now(UTC).isoformat()),
    )
    await db.commit()
    await state.set_state(Inspection.taking_photos)
    await state.update_data(check_id=cursor.lastrowid)
    text = f"{site['name']} · 距点位 {distance:.0f} 米\n请发 {PHOTOS_REQUIRED} 张照片"
    await message.answer(text, reply_markup=CANCEL)


@router.message(Inspection.taking_photos, F.photo)
@router.message(Inspection.answering, F.photo)
async def receive_photo(message: Message, state: FSMContext, bot: Bot, db: aiosqlite.Connection) -> None:
    check_id = (await state.get_data())["check_id"]
    photo = message.photo[-1]
    path = FOLDER / "photos" / f"{photo.file_unique_id}.jpg"
    await bot.download(photo, destination=path)
    await db.execute("INSERT INTO photos (check_id, path) VALUES (?, ?)", (check_id, str(path)))
    await db.commit()
    [[count]] = await rows(db, "SELECT count(*) FROM photos WHERE check_id = ?", check_id)
    if count < PHOTOS_REQUIRED:
        await message.answer(f"📷 {count}/{PHOTOS_REQUIRED}")
        return
    await state.set_state(Inspection.answering)
    await message.answer(await card(db, check_id), reply_markup=SUBMIT)


@router.message(Inspection.answering, F.text, ~F.text.startswith("/"))
async def receive_exception(message: Message, state: FSMContext, db: aiosqlite.Connection) -> None:
    """`3 有烟蒂`: item 3 fails, for this reason."""
    check_id = (await state.get_data())["check_id"]
    said = re.match(r"(\d+)\s*(.*)", message.text)
    found = await rows(db, "SELECT id FROM items WHERE number = ?", int(said[1])) if said else []
    if not found:
        await message.answer("请发：编号 问题，例如 3 有烟蒂")
        return
    await db.execute(
        "INSERT INTO results (check_id, item_id, passed, note) VALUES (?, ?, 0, ?)", (check_id, found[0]["id"], said[2])
    )
    await db.commit()
    await message.answer(await card(db, check_id), reply_markup=SUBMIT)


@router.callback_query(Inspection.answering, F.data == "submit")
async def submit(query: CallbackQuery, state: FSMContext, db: aiosqlite.Connection) -> None:
    await query.answer()
    check_id = (await state.get_data())["check_id"]
    await db.execute(
        "INSERT INTO results (check_id, item_id, passed) SELECT ?, id, 1 FROM items "
        "WHERE id NOT IN (SELECT item_id FROM results WHERE check_id = ?)",
        (check_id, check_id),
    )
    await db.execute("UPDATE checks SET submitted_at = ? WHERE id = ?", (datetime.now(UTC).isoformat(), check_id))
    await db.commit()
    await state.clear()
    await query.message.edit_text(await receipt(db, check_id))


@router.callback_query(F.data == "cancel")
@router.message(Command("cancel"))
async def cancel(event: Message | CallbackQuery, state: FSMContext) -> None:
    await state.clear()
    message = event.message if isinstance(event, CallbackQuery) else event
    await message.answer("已取消")


async def failures(db: aiosqlite.Connection, check_id: int) -> tuple[int, list[str]]:
    """How many answers there are, and a line for each that is not good."""
    results = await rows(
        db,
        "SELECT number, name, passed, note FROM results JOIN items ON items.id = item_id WHERE check_id = ? "
        "ORDER BY results.id",
        check_id,
    )
    return len(results), [f"✗ {r['number']} {r['name']}：{r['note']}" for r in results if not r["passed"]]


async def card(db: aiosqlite.Connection, check_id: int) -> str:
    [check] = await rows(db, "SELECT name FROM checks JOIN sites ON sites.id = site_id WHERE checks.id = ?", check_id)
    [[photos]] = await rows(db, "SELECT count(*) FROM photos WHERE check_id = ?", check_id)
    [[items]] = await rows(db, "SELECT count(*) FROM items")
    answered, failed = await failures(db, check_id)
    return "\n".join([check["name"], f"📷 {photos}/{PHOTOS_REQUIRED} · 检查项 {answered}/{items}", *failed])


async def receipt(db: aiosqlite.Connection, check_id: int) -> str:
    [check] = await rows(
        db, "SELECT name, submitted_at FROM checks JOIN sites ON sites.id = site_id WHERE checks.id = ?", check_id
    )
    answered, failed = await failures(db, check_id)
    passed = f"{answered - len(failed)} 项合格，{len(failed)} 项不合格"
    return "\n".join([f"✅ 已记录 No. {check_id:05d}", check["name"], passed, *failed, check["submitted_at"][11:16]])


async def prepare(db: aiosqlite.Connection) -> None:
    (FOLDER / "photos").mkdir(exist_ok=True)
    db.row_factory = aiosqlite.Row
    await db.execute("PRAGMA journal_mode=WAL")
    await db.executescript(TABLES)
    if not await rows(db, "SELECT id FROM sites LIMIT 1"):
        campaign = json.loads((FOLDER / "campaign.json").read_text(encoding="utf-8"))
        await db.executemany("INSERT INTO sites (name, latitude, longitude) VALUES (:name, :latitude, :longitude)",
                             campaign["sites"])  # fmt: skip
        await db.executemany("INSERT INTO items (number, name) VALUES (:number, :name)", campaign["items"])
    await db.commit()


async def main(url: str) -> None:
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    async with aiosqlite.connect(FOLDER / "inspections.db") as db:
        await prepare(db)
        await dispatcher.start_polling(bot, db=db)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
