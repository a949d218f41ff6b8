"""The Bot API, method by method: a table from the lower-case name to the function that does it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.emulator.methods import albums, chats, commands, deleting, downloads, editing, profile, sending, taps, updates
from bot.emulator.params import Params
from bot.emulator.world import World

Method = Callable[[World, Params], Awaitable[Any]]

METHODS: Mapping[str, Method] = {
    "getme": profile.get_me,
    "getupdates": updates.get_updates,
    "setwebhook": updates.set_webhook,
    "deletewebhook": updates.delete_webhook,
    "getwebhookinfo": updates.get_webhook_info,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendlocation": sending.send_location,
    "sendvenue": sending.send_venue,
    "sendmediagroup": albums.send_media_group,
    "forwardmessage": sending.forward_message,
    "copymessage": sending.copy_message,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": deleting.delete_message,
    "deletemessages": deleting.delete_messages,
    "answercallbackquery": taps.answer_callback_query,
    "setmessagereaction": taps.set_message_reaction,
    "getfile": downloads.get_file,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "getchatadministrators": chats.get_chat_administrators,
    "getchatmembercount": chats.get_chat_member_count,
    "leavechat": chats.leave_chat,
    "pinchatmessage": chats.pin_chat_message,
    "unpinchatmessage": chats.unpin_chat_message,
    "unpinallchatmessages": chats.unpin_all_chat_messages,
    "setmycommands": commands.set_my_commands,
    "getmycommands": commands.get_my_commands,
    "deletemycommands": commands.delete_my_commands,
    "setmyname": profile.set_my_name,
    "getmyname": profile.get_my_name,
    "setmydescription": profile.set_my_description,
    "getmydescription": profile.get_my_description,
    "setmyshortdescription": profile.set_my_short_description,
    "getmyshortdescription": profile.get_my_short_description,
    "setchatmenubutton": profile.set_chat_menu_button,
    "getchatmenubutton": profile.get_chat_menu_button,
}
