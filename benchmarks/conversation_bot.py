"""The peer: an inspection bot as most are written, from python-telegram-bot's ConversationHandler example onwards.

The library's own polling and transport, PicklePersistence, SQLAlchemy on SQLite with its defaults, a commit at every
step. The same check as ours: position → nearest site, two photos kept on disk, exceptions typed, a tap, a receipt.

`python -m benchmarks.conversation_bot URL FOLDER`, where FOLDER has the campaign as `campaign.json`.
"""

import json
import math
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks import TOKEN

FOLDER = Path(sys.argv[2] if len(sys.argv) > 2 else ".")
PHOTOS_REQUIRED = 2
RADIUS_M = 150
TAKING_PHOTOS, ANSWERING = range(2)
CANCEL = InlineKeyboardMarkup([[InlineKeyboardButton("取消", callback_data="cancel")]])
SUBMIT = InlineKeyboardMarkup([
    [InlineKeyboardButton("✅ 其余均合格，提交", callback_data="submit")],
    [InlineKeyboardButton("取消", callback_data="cancel")],
])  # fmt: skip

engine = create_engine(f"sqlite:///{FOLDER / 'inspections.db'}")


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str]


class Site(Base):
    __tablename__ = "sites"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str]


class Check(Base):
    __tablename__ = "checks"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    latitude: Mapped[float]
    longitude: Mapped[float]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    site: Mapped[Site] = relationship()


class Photo(Base):
    __tablename__ = "photos"
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"), index=True)
    path: Mapped[str]


class Result(Base):
    __tablename__ = "results"
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    passed: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    item: Mapped[Item] = relationship()


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Haversine."""
    (lat1, lon1), (lat2, lon2) = [(math.radians(x), math.radians(y)) for x, y in (a, b)]
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12_742_000 * math.asin(math.sqrt(h))


async def receive_location(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    here = (update.message.location.latitude, update.message.location.longitude)
    with Session(engine) as session:
        user = session.scalar(select(User).where(User.telegram_id == update.effective_user.id))
        if user is None:
            user = User(telegram_id=update.effective_user.id, name=update.effective_user.full_name)
            session.add(user)
        sites = session.scalars(select(Site)).all()
        site = min(sites, key=lambda s: metres(here, (s.latitude, s.longitude)))
        distance = metres(here, (site.latitude, site.longitude))
        if distance > RADIUS_M:
            await update.message.reply_text("附近没有点位")
            return ConversationHandler.END
        session.flush()
        check = Check(
            user_id=user.id, site_id=site.id, latitude=here[0], longitude=here[1], started_at=datetime.now(UTC)
        )
        session.add(check)
        session.commit()
        context.user_data["check_id"] = check.id
        text = f"{site.name} · 距点位 {distance:.0f} 米\n请发 {PHOTOS_REQUIRED} 张照片"
    await update.message.reply_text(text, reply_markup=CANCEL)
    return TAKING_PHOTOS


async def receive_photo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    file = await update.message.photo[-1].get_file()
    path = FOLDER / "photos" / f"{file.file_unique_id}.jpg"
    await file.download_to_drive(path)
    with Session(engine) as session:
        check = session.get(Check, context.user_data["check_id"])
        session.add(Photo(check_id=check.id, path=str(path)))
        session.commit()
        count = session.scalar(select(func.count(Photo.id)).where(Photo.check_id == check.id))
        if count < PHOTOS_REQUIRED:
            await update.message.reply_text(f"📷 {count}/{PHOTOS_REQUIRED}")
            return TAKING_PHOTOS
        text = card(session, check)
    await update.message.reply_text(text, reply_markup=SUBMIT)
    return ANSWERING


async def receive_exception(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """`3 有烟蒂`: item 3 fails, for this reason."""
    said = re.match(r"(\d+)\s*(.*)", update.message.text)
    with Session(engine) as session:
        check = session.get(Check, context.user_data["check_id"])
        item = session.scalar(select(Item).where(Item.number == int(said[1]))) if said else None
        if item is None:
            await update.message.reply_text("请发：编号 问题，例如 3 有烟蒂")
            return ANSWERING
        session.add(Result(check_id=check.id, item_id=item.id, passed=False, note=said[2]))
        session.commit()
        text = card(session, check)
    await update.message.reply_text(text, reply_markup=SUBMIT)
    return ANSWERING


async def submit(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    query = update.callback_query
    await query.answer()
    with Session(engine) as session:
        check = session.get(Check, context.user_data["check_id"])
        failed = {r.item_id for r in session.scalars(select(Result).where(Result.check_id == check.id))}
        for item in session.scalars(select(Item)):
            if item.id not in failed:
                session.add(Result(check_id=check.id, item_id=item.id, passed=True))
        check.submitted_at = datetime.now(UTC)
        session.commit()
        text = receipt(session, check)
    await query.edit_message_text(text)
    context.user_data.clear()
    return ConversationHandler.END


async def cancel(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    context.user_data.clear()
    await update.effective_message.reply_text("已取消")
    return ConversationHandler.END


def results_of(session: Session, check: Check) -> list[Result]:
    return list(session.scalars(select(Result).where(Result.check_id == check.id).order_by(Result.id)))


def failures(results: list[Result]) -> list[str]:
    return [f"✗ {r.item.number} {r.item.name}：{r.note}" for r in results if not r.passed]


def card(session: Session, check: Check) -> str:
    results = results_of(session, check)
    photos = session.scalar(select(func.count(Photo.id)).where(Photo.check_id == check.id))
    items = session.scalar(select(func.count(Item.id)))
    return "\n".join(
        [check.site.name, f"📷 {photos}/{PHOTOS_REQUIRED} · 检查项 {len(results)}/{items}", *failures(results)]
    )


def receipt(session: Session, check: Check) -> str:
    results = results_of(session, check)
    failed = failures(results)
    passed = f"{len(results) - len(failed)} 项合格，{len(failed)} 项不合格"
    return "\n".join([f"✅ 已记录 No. {check.id:05d}", check.site.name, passed, *failed, f"{check.submitted_at:%H:%M}"])


def prepare() -> None:
    (FOLDER / "photos").mkdir(exist_ok=True)
    Base.metadata.create_all(engine)
    campaign = json.loads((FOLDER / "campaign.json").read_text(encoding="utf-8"))
    with Session(engine) as session:
        if session.scalar(select(func.count(Site.id))) == 0:
            session.add_all(Site(**site) for site in campaign["sites"])
            session.add_all(Item(**item) for item in campaign["items"])
            session.commit()


def main(url: str) -> None:
    prepare()
    persistence = PicklePersistence(filepath=FOLDER / "conversations.pickle")
    app = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .persistence(persistence)
        .build()
    )
    app.add_handler(
        ConversationHandler(
            entry_points=[MessageHandler(filters.LOCATION, receive_location)],
            states={
                TAKING_PHOTOS: [MessageHandler(filters.PHOTO, receive_photo)],
                ANSWERING: [
                    MessageHandler(filters.TEXT & ~filters.COMMAND, receive_exception),
                    MessageHandler(filters.PHOTO, receive_photo),
                    CallbackQueryHandler(submit, pattern="^submit$"),
                ],
            },
            fallbacks=[CommandHandler("cancel", cancel), CallbackQueryHandler(cancel, pattern="^cancel$")],
            name="inspection",
            persistent=True,
        )
    )
    app.run_polling()


if __name__ == "__main__":
    main(sys.argv[1])
