"""Two libraries, unchanged, that must not notice where they are."""

import asyncio
from datetime import timedelta

import pytest
import telegram
from aiogram import Bot as AiogramBot
from aiogram import Dispatcher, types
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.types import BufferedInputFile
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.emulator.command import Running
from bot.emulator.samples import sample
from tests.emulator.driving import CHEN, LI, TOKEN, WANG, Town, eventually


def picture() -> bytes:
    found = sample("basins")
    assert found is not None
    return found.data


async def test_an_application_of_python_telegram_bot(running: Running, town: Town):
    async def start(update: telegram.Update, _: object) -> None:
        assert update.message is not None
        keys = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("提交", callback_data="v1:ok")]])
        await update.message.reply_text("card", reply_markup=keys)

    async def photo(update: telegram.Update, _: object) -> None:
        assert update.message is not None
        file = await update.message.photo[-1].get_file()
        await update.message.reply_text(f"{len(await file.download_as_bytearray())} bytes", do_quote=True)

    async def tapped(update: telegram.Update, _: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("ok")
        await update.callback_query.edit_message_text("done")

    builder = Application.builder().token(TOKEN).base_url(f"{running.url}/bot").base_file_url(f"{running.url}/file/bot")
    application = builder.build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.PHOTO, photo))
    application.add_handler(CallbackQueryHandler(tapped))

    async def said(text: str) -> dict | None:
        messages = (await town.chat(CHEN))["messages"]
        return next((message for message in messages if text in message["text"]), None)

    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0)
        card = await eventually(lambda: said("card"))
        await town.act("send_photo", CHEN, file="sample:basins")
        answer = await eventually(lambda: said("bytes"))
        assert answer["reply_to"]["text"] == "photo"
        await town.act("tap", CHEN, message_id=card["id"], data="v1:ok")
        assert (await eventually(lambda: said("done")))["id"] == card["id"]
        await application.updater.stop()
        await application.stop()


async def test_a_dispatcher_of_aiogram(aio: AiogramBot, town: Town):
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: types.Message) -> None:
        await message.answer(f"echo {message.text}")

    @dispatcher.my_chat_member()
    async def moved(event: types.ChatMemberUpdated) -> None:
        await event.bot.send_message(LI, f"{event.from_user.id} {event.new_chat_member.status}")

    async def said(chat: int, text: str) -> bool:
        return any(message["text"] == text for message in (await town.chat(chat))["messages"])

    polling = asyncio.create_task(dispatcher.start_polling(aio, handle_signals=False, close_bot_session=False))
    await eventually(lambda: said(CHEN, "echo /start"))
    await town.act("block", CHEN)
    await eventually(lambda: said(LI, f"{CHEN} kicked"))
    await dispatcher.stop_polling()
    await polling


async def test_python_telegram_bot_calls(ptb: telegram.Bot, town: Town):
    await town.control("POST", "limits", {"on": False})
    group = await town.group(CHEN, LI, bot="admin")
    sent = await ptb.send_message(CHEN, "<b>检</b>查", parse_mode="HTML")
    assert (sent.text, sent.entities[0].type) == ("检查", "bold")
    await sent.edit_text("x")
    photo = await ptb.send_photo(CHEN, picture(), caption="p")
    assert [size.width for size in photo.photo] == [90, 320, 1280]
    album = await ptb.send_media_group(
        CHEN, [telegram.InputMediaPhoto(picture(), caption="a"), telegram.InputMediaPhoto(photo.photo[-1])]
    )
    assert len({message.media_group_id for message in album}) == 1
    document = await ptb.send_document(CHEN, b"x,y\n", filename="台账.csv")
    assert (document.document.file_name, document.document.mime_type) == ("台账.csv", "text/csv")
    await ptb.edit_message_media(telegram.InputMediaPhoto(photo.photo[-1], "new"), CHEN, photo.message_id)
    await ptb.edit_message_caption(CHEN, photo.message_id, caption="newer")
    await ptb.send_location(CHEN, 30.6, 104.06, horizontal_accuracy=10)
    await ptb.send_venue(CHEN, 30.6, 104.06, "体育馆", "东门")
    await ptb.set_my_commands([("check", "检查")], scope=telegram.BotCommandScopeChat(group))
    assert (await ptb.get_my_commands(scope=telegram.BotCommandScopeChat(group)))[0].command == "check"
    await ptb.delete_my_commands(scope=telegram.BotCommandScopeChat(group))
    assert (await ptb.get_chat(group)).title == "太和镇巡查"
    assert (await ptb.get_chat_member(group, CHEN)).status == "creator"
    assert len(await ptb.get_chat_administrators(group)) == 2
    assert await ptb.get_chat_member_count(group) == 3
    card = await ptb.send_message(group, "card")
    assert await card.pin()
    assert await card.unpin()
    assert await ptb.set_message_reaction(group, card.message_id, "👍")
    assert await ptb.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())
    assert await ptb.delete_messages(CHEN, [sent.message_id, photo.message_id])
    with pytest.raises(telegram.error.BadRequest, match="Message to edit not found"):
        await sent.edit_text("y")
    new = (await town.act("migrate", CHEN, chat=group))["id"]
    with pytest.raises(telegram.error.ChatMigrated) as moved:
        await ptb.send_message(group, "x")
    assert moved.value.new_chat_id == new
    with pytest.raises(telegram.error.Forbidden):
        await ptb.send_message(WANG, "x")
    await town.control("POST", "limits", {"on": True, "burst": 1})
    await ptb.send_message(LI, "x")
    with pytest.raises(telegram.error.RetryAfter) as paced:
        await ptb.send_message(LI, "x")
    assert paced.value.retry_after in (1, timedelta(seconds=1))
    assert await ptb.leave_chat(new)


async def test_aiogram_calls(aio: AiogramBot, town: Town):
    await town.control("POST", "limits", {"on": False})
    photo = await aio.send_photo(CHEN, BufferedInputFile(picture(), "p.jpg"), caption="p")
    assert len(photo.photo) == 3
    file = await aio.download(photo.photo[-1])
    assert file.read(2) == b"\xff\xd8"
    media = [types.InputMediaDocument(media=BufferedInputFile(str(n).encode(), f"表{n}.txt")) for n in range(2)]
    album = await aio.send_media_group(CHEN, media)
    assert [message.document.file_name for message in album] == ["表0.txt", "表1.txt"]
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await aio.edit_message_caption(chat_id=CHEN, message_id=photo.message_id, caption="p")
    with pytest.raises(TelegramForbiddenError):
        await aio.send_message(WANG, "x")
    group = await town.group(CHEN)
    new = (await town.act("migrate", CHEN, chat=group))["id"]
    with pytest.raises(TelegramMigrateToChat) as moved:
        await aio.send_message(group, "x")
    assert moved.value.migrate_to_chat_id == new
    await town.control("POST", "limits", {"on": True, "burst": 1})
    await aio.send_message(LI, "x")
    with pytest.raises(TelegramRetryAfter) as paced:
        await aio.send_message(LI, "x")
    assert paced.value.retry_after == 1
    assert (await aio.get_webhook_info()).url == ""


async def test_updates_parse_with_aiograms_own_client(aio: AiogramBot, town: Town):
    group = await town.group(CHEN, LI, bot="admin")
    await town.act("send_album", CHEN, files=["sample:door", "sample:stall"])
    await town.act("send_location", LI, latitude=1, longitude=2, live_period=600)
    await town.act("join", WANG, chat=group)
    kinds = [update.event_type for update in await aio.get_updates()]
    assert kinds == ["message", "message", "my_chat_member", "message", "message", "message", "message", "message"]
