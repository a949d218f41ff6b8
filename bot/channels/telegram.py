"""Telegram: reads updates and shows replies through python-telegram-bot, every failure told apart by what it means."""

import warnings
from collections.abc import Awaitable
from datetime import datetime
from typing import Any, TypeVar

import orjson
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    InputMediaDocument,
    InputMediaPhoto,
)
from telegram.warnings import PTBUserWarning

from bot.channels import telegram_plain, telegram_reading
from bot.channels.outcomes import AnotherPoller, ChannelStopped, Failure, SendFailed
from bot.channels.telegram_failures import telling
from bot.channels.telegram_files import download
from bot.channels.telegram_json import NotJson, read_answer
from bot.channels.telegram_reading import CHANNEL, Glance
from bot.channels.telegram_transport import ReqwestRequest
from bot.channels.telegram_writing import (
    LONGEST_CAPTION,
    LONGEST_TEXT,
    entities_of,
    first_line_bold,
    inline,
    keys_of,
    markup,
    shortened,
    shows,
    split,
)
from handlers import texts
from handlers.messages import Incoming, Reply, Toast

warnings.filterwarnings("ignore", category=PTBUserWarning)

T = TypeVar("T")
LONGEST_POLL, SLOW_ANSWER = 25.0, 15.0  # seconds in which nothing may come; and then the first of an answer has to
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
ALBUM = 10
NO_PREVIEW = {"is_disabled": True}
COMMANDS = ("check", "mine", "status", "open", "export", "lang", "help")


class TelegramChannel:
    """One bot. `base_url` is any Bot API server's address, up to before `/bot<token>`."""

    name = CHANNEL

    def __init__(self, token: str, base_url: str = "https://api.telegram.org", proxy: str | None = None) -> None:
        self._root = base_url.rstrip("/").removesuffix("/bot")  # some give the address with it
        self._token = token
        self._request = ReqwestRequest(proxy)
        self._polls = ReqwestRequest(proxy, silence=LONGEST_POLL + SLOW_ANSWER)
        self.bot = Bot(
            token,
            base_url=f"{self._root}/bot",
            base_file_url=f"{self._root}/file/bot",
            request=self._request,
            get_updates_request=self._polls,
        )

    def __repr__(self) -> str:
        return "TelegramChannel()"  # python-telegram-bot's own shows the token

    @property
    def bot_id(self) -> str:
        return self._token.partition(":")[0]

    async def open(self) -> str:
        """Says hello; the bot's user name."""
        await self._polls.initialize()
        await self._request.initialize()
        try:
            me = await telling(self.bot.get_me())
        except SendFailed as failed:
            if failed.failure is Failure.REFUSED:  # a token that is none is "not found"
                raise ChannelStopped(failed.reason) from None
            raise
        return me.username or ""

    async def close(self) -> None:
        await self._polls.shutdown()
        await self._request.shutdown()

    # reading

    async def fetch(self, offset: int | None, wait_seconds: int) -> list[dict[str, Any]]:
        """Raw updates, unparsed: one that no library can read must not hold up the rest."""
        wanted = {"timeout": str(wait_seconds), "limit": "100", "allowed_updates": orjson.dumps(UPDATES).decode()}
        if offset is not None:
            wanted["offset"] = str(offset)
        status, body = await self._polls.call(
            f"{self._root}/bot{self._token}/getUpdates", "POST", wanted, wait_seconds + SLOW_ANSWER
        )
        try:
            answer = read_answer(body)
        except NotJson:
            raise SendFailed(Failure.NOT_SENT, f"getUpdates answered {status} without JSON") from None
        if status == 200 and isinstance(answer, dict) and answer.get("ok") and isinstance(answer.get("result"), list):
            return [update for update in answer["result"] if isinstance(update, dict)]
        reason = str(answer.get("description", "")) if isinstance(answer, dict) else ""
        if status == 409:
            raise AnotherPoller(reason)
        if status in {401, 404}:
            raise ChannelStopped(reason)
        parameters = answer.get("parameters") if isinstance(answer, dict) else None
        retry_after = parameters.get("retry_after") if isinstance(parameters, dict) else None
        raise SendFailed(Failure.NOT_SENT, f"getUpdates answered {status}: {reason}", retry_after=retry_after)

    @staticmethod
    def glance(raw: dict[str, Any], received: float) -> Glance:
        return telegram_reading.glance(raw, received)

    @staticmethod
    def read(raw: dict[str, Any], received_at: datetime) -> Incoming | None:
        return telegram_plain.read_plainly(raw, received_at) or telegram_reading.read_update(raw, received_at)

    async def take_webhook(self, url: str, secret: str) -> None:
        await telling(self.bot.set_webhook(url, secret_token=secret, allowed_updates=UPDATES, max_connections=40))

    async def drop_webhook(self) -> None:
        await telling(self.bot.delete_webhook(drop_pending_updates=False))

    async def webhook_url(self) -> str:
        return (await telling(self.bot.get_webhook_info())).url

    # showing

    async def send(self, chat: str, reply: Reply, file: tuple[bytes, str] | None = None, repeat: bool = False) -> int:
        """The id of the (last) message. A repeat after an unknown outcome says that it is one."""
        text = f"{reply.text} {texts.say(reply.language, 'repeat')}" if repeat else reply.text
        if reply.photos:
            return await self._send_photos(chat, reply, text)
        if file is not None:
            try:
                return await self._send_file(chat, reply, text, file)
            except SendFailed as failed:
                if failed.failure is not Failure.REFUSED or reply.picture is None:
                    raise  # a group that takes no pictures still gets the words
        if reply.head:
            try:
                return await telling(self._send_head(chat, reply, text))
            except SendFailed as failed:
                if failed.failure is not Failure.REFUSED:
                    raise  # a photo the platform does not know any more is no reason to say nothing
        sent, parts = 0, split(text, LONGEST_TEXT)
        for number, part in enumerate(parts, 1):
            call = self._number(
                "sendMessage",
                chat_id=int(chat),
                text=part,
                entities=(first_line_bold(part) or None) if len(parts) == 1 else None,
                reply_markup=markup(reply) if number == len(parts) else None,
                disable_notification=reply.quiet or None,
                link_preview_options=NO_PREVIEW,
            )
            sent = await self._after(sent, call)
        return sent

    async def _send_head(self, chat: str, reply: Reply, text: str) -> int:
        caption = shortened(text, LONGEST_CAPTION)
        return await self._number(
            "sendPhoto",
            chat_id=int(chat),
            photo=reply.head,
            caption=caption,
            caption_entities=first_line_bold(caption) or None,
            reply_markup=inline(reply.buttons),
            disable_notification=reply.quiet or None,
        )

    async def _number(self, method: str, **given: Any) -> int:
        """Of the message that is there now."""
        number = (await self._call(method, **given))["message_id"]
        if type(number) is not int:
            raise TypeError("a message without a number")
        return number

    async def _call(self, method: str, **given: Any) -> Any:
        """A call with plain data both ways; the library's transport, limits and errors all the same."""
        values = {name: each for name, each in given.items() if each is not None}
        return await self._request.ask(f"{self._root}/bot{self._token}/{method}", values)

    async def _send_file(self, chat: str, reply: Reply, text: str, file: tuple[bytes, str]) -> int:
        content, name = file
        caption = shortened(text, LONGEST_CAPTION)
        if reply.sheet is not None or reply.letter is not None:
            message = await telling(
                self.bot.send_document(int(chat), content, caption=caption, filename=name, reply_markup=keys_of(reply))
            )
        else:
            message = await telling(
                self.bot.send_photo(
                    int(chat),
                    content,
                    caption=caption,
                    caption_entities=entities_of(caption),
                    filename=name,
                    reply_markup=keys_of(reply),
                    disable_notification=reply.quiet,
                )
            )
        return message.message_id

    async def _send_photos(self, chat: str, reply: Reply, text: str) -> int:
        """File ids, in albums of at most ten; pictures and files apart, as the platform wants it."""
        last, caption = 0, text
        for as_file in (False, True):
            ids = [photo["file_id"] for photo in reply.photos if bool(photo.get("as_file")) is as_file]
            for start in range(0, len(ids), ALBUM):
                last = await self._after(last, self._send_album(chat, ids[start : start + ALBUM], as_file, caption))
                caption = ""
        return last

    async def _send_album(self, chat: str, ids: list[str], as_file: bool, caption: str) -> int:
        if len(ids) == 1:
            single = self.bot.send_document if as_file else self.bot.send_photo
            return (await single(int(chat), ids[0], caption=caption or None)).message_id
        kind = InputMediaDocument if as_file else InputMediaPhoto
        media = [kind(file_id, caption=caption if n == 0 and caption else None) for n, file_id in enumerate(ids)]
        return (await self.bot.send_media_group(int(chat), media))[-1].message_id

    async def _after(self, sent: int, call: Awaitable[T]) -> T:
        """A part of something: once a part before it is there, a failure can no longer mean that nothing arrived."""
        try:
            return await telling(call)
        except SendFailed as failed:
            if sent and failed.failure is Failure.NOT_SENT and failed.retry_after is None:
                failed.failure = Failure.UNKNOWN
            raise

    async def edit(self, chat: str, message_id: int, reply: Reply) -> None:
        """Makes the message show the reply; that it does already is as good.

        Whether it has a photo is known to the platform: one that was sent without it, or with it, stays so.
        """
        ways = (self._edit_caption, self._edit_text) if reply.head else (self._edit_text, self._edit_caption)
        for way in ways:
            try:
                return await telling(way(chat, message_id, reply))
            except SendFailed as failed:
                if "not modified" in failed.reason:
                    return None
                if way is ways[-1] or "in the message to edit" not in failed.reason:
                    raise
        return None

    async def _edit_text(self, chat: str, message_id: int, reply: Reply) -> None:
        await self._call("editMessageText", chat_id=int(chat), message_id=message_id,
                         reply_markup=inline(reply.buttons), link_preview_options=NO_PREVIEW,
                         **shows(reply))  # fmt: skip

    async def _edit_caption(self, chat: str, message_id: int, reply: Reply) -> None:
        caption = shortened(reply.text, LONGEST_CAPTION)
        await self._call("editMessageCaption", chat_id=int(chat), message_id=message_id, caption=caption,
                         caption_entities=first_line_bold(caption) or None,
                         reply_markup=inline(reply.buttons))  # fmt: skip

    async def delete(self, chat: str, message_id: int) -> None:
        await telling(self._call("deleteMessage", chat_id=int(chat), message_id=message_id))

    async def answer_tap(self, toast: Toast) -> None:
        await telling(
            self._call(
                "answerCallbackQuery",
                callback_query_id=toast.tap,
                text=toast.text[:200] or None,
                show_alert=toast.alert or None,
            )
        )

    async def set_commands(self) -> None:
        for language, code in (("zh", None), ("en", "en"), ("zh", "zh")):
            described = [BotCommand(name, texts.say(language, f"command.{name}")) for name in COMMANDS]
            await telling(
                self.bot.set_my_commands(described, scope=BotCommandScopeAllPrivateChats(), language_code=code)
            )
            short = [command for command in described if command.command in {"status", "open", "help"}]
            await telling(self.bot.set_my_commands(short, scope=BotCommandScopeAllGroupChats(), language_code=code))

    # files

    async def download(self, file_id: str, came_before: str = "") -> bytes:
        """The bytes, whole (F31); see `telegram_files.download`."""
        return await download(self._request, self._call, f"{self._root}/file/bot{self._token}", file_id, came_before)
