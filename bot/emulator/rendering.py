"""People, chats, members and messages as the Bot API writes them."""

from bot.emulator.chats import Chat, ChatKind
from bot.emulator.entities import Entity
from bot.emulator.files import StoredFile
from bot.emulator.messages import (
    Animation,
    Body,
    Contact,
    Document,
    Forward,
    Json,
    Location,
    Message,
    Photo,
    PhotoSize,
    Service,
    Sticker,
    Venue,
    Video,
    VideoNote,
    Voice,
)
from bot.emulator.people import Person, Status
from bot.emulator.world import World

ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_pin_messages",
)  # fmt: skip
MEMBER_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip


def user_json(person: Person) -> Json:
    body: Json = {"id": person.id, "is_bot": person.is_bot, "first_name": person.first_name}
    if person.last_name:
        body["last_name"] = person.last_name
    if person.username:
        body["username"] = person.username
    if person.language and not person.is_bot:
        body["language_code"] = person.language
    return body


def chat_json(chat: Chat) -> Json:
    if chat.person is None:
        return {"id": chat.id, "title": chat.title, "type": chat.kind.value}
    body: Json = {"id": chat.id, "first_name": chat.person.first_name}
    if chat.person.last_name:
        body["last_name"] = chat.person.last_name
    if chat.person.username:
        body["username"] = chat.person.username
    body["type"] = "private"
    return body


def member_json(person: Person, status: Status, chat: Chat) -> Json:
    body: Json = {"user": user_json(person), "status": status.value}
    if status is Status.CREATOR:
        body["is_anonymous"] = False
    elif status is Status.ADMINISTRATOR:
        rights = dict.fromkeys(ADMIN_RIGHTS, True) | {"can_promote_members": False, "can_send_welcome_messages": False}
        body |= {"can_be_edited": False, "is_anonymous": False} | rights
        if chat.kind is ChatKind.SUPERGROUP:
            body["can_manage_topics"] = False
    elif status is Status.RESTRICTED:
        body |= {"is_member": True, "until_date": 0} | dict.fromkeys(MEMBER_RIGHTS, False)
    elif status is Status.KICKED:
        body["until_date"] = 0
    return body


def file_json(file: StoredFile) -> Json:
    size = {"file_size": file.told} if file.told is not None else {}
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, **size}


def size_json(size: PhotoSize) -> Json:
    return file_json(size.file) | {"width": size.width, "height": size.height}


def entity_json(world: World, entity: Entity) -> Json:
    body: Json = {"offset": entity.offset, "length": entity.length, "type": entity.type}
    if entity.url:
        body["url"] = entity.url
    if entity.language:
        body["language"] = entity.language
    if entity.emoji_id:
        body["custom_emoji_id"] = entity.emoji_id
    if entity.type == "text_mention" and entity.user_id in world.people:
        body["user"] = user_json(world.people[entity.user_id])
    return body


def location_json(location: Location) -> Json:
    body: Json = {"latitude": location.latitude, "longitude": location.longitude}
    if location.accuracy is not None:
        body["horizontal_accuracy"] = location.accuracy
    if location.live_period and not location.ended:
        body["live_period"] = location.live_period
    if location.heading:
        body["heading"] = location.heading
    if location.proximity:
        body["proximity_alert_radius"] = location.proximity
    return body


def _media_json(body: Body) -> Json:
    match body.media:
        case Photo() as photo:
            spoiler = {"has_media_spoiler": True} if photo.spoiler else {}
            return {"photo": [size_json(size) for size in photo.sizes], **spoiler}
        case Document() as document:
            return {"document": _document_json(document)}
        case Location() as location:
            return {"location": location_json(location)}
        case Venue() as venue:
            place = location_json(venue.location)
            # A venue always comes with its location beside it.
            return {"location": place, "venue": {"location": place, "title": venue.title, "address": venue.address}}
        case Voice() as voice:
            return {"voice": file_json(voice.file) | {"duration": voice.seconds, "mime_type": voice.file.mime}}
        case Video() as video:
            about = {"width": video.width, "height": video.height, "duration": video.seconds}
            return {"video": file_json(video.file) | about | {"file_name": video.file.name, "mime_type": "video/mp4"}}
        case VideoNote() as note:
            return {"video_note": file_json(note.file) | {"length": note.side, "duration": note.seconds}}
        case Animation() as film:
            about = {"width": film.width, "height": film.height, "duration": film.seconds}
            told = file_json(film.file) | {"file_name": film.file.name, "mime_type": "video/mp4"}
            # An animation always comes with its document beside it.
            return {"animation": told | about, "document": told}
        case Sticker() as sticker:
            shown = {"width": sticker.width, "height": sticker.height, "is_animated": False, "is_video": False}
            return {"sticker": file_json(sticker.file) | shown | {"emoji": sticker.emoji, "type": "regular"}}
        case Contact() as contact:
            person = {"user_id": contact.user_id} if contact.user_id else {}
            return {"contact": {"phone_number": contact.phone, "first_name": contact.first_name} | person}
        case Service() as service:
            return service.fields
        case None:
            return {}


def _document_json(document: Document) -> Json:
    body: Json = {"file_name": document.file.name}
    if document.file.mime:
        body["mime_type"] = document.file.mime
    if document.thumbnail is not None:
        body["thumbnail"] = size_json(document.thumbnail)
    return body | file_json(document.file)


def _origin_json(forward: Forward) -> Json:
    if forward.channel is not None:
        return {"type": "channel", "date": forward.date, "chat": forward.channel, "message_id": 1}
    if forward.person is None:
        return {"type": "hidden_user", "date": forward.date, "sender_user_name": forward.name}
    return {"type": "user", "date": forward.date, "sender_user": user_json(forward.person)}


def message_json(world: World, message: Message, with_reply: bool = True) -> Json:
    body: Json = {
        "message_id": message.id,
        "from": user_json(message.sender),
        "chat": chat_json(message.chat),
        "date": message.date,
    }
    if message.edit_date:
        body["edit_date"] = message.edit_date
    if message.forward is not None:
        body["forward_origin"] = _origin_json(message.forward)
    # An answer shows what it answers, but not what that answered in turn.
    if message.reply_to is not None and with_reply:
        body["reply_to_message"] = message_json(world, message.reply_to, with_reply=False)
        if message.quote:
            body["quote"] = {"text": message.quote, "position": _quote_position(message), "is_manual": True}
    if message.album:
        body["media_group_id"] = message.album
    body |= _media_json(message.body)
    if message.body.text:
        name = "text" if message.body.media is None else "caption"
        body[name] = message.body.text
        if message.body.entities:
            key = "entities" if name == "text" else "caption_entities"
            body[key] = [entity_json(world, entity) for entity in message.body.entities]
    if message.protected:
        body["has_protected_content"] = True
    if message.buttons is not None:
        body["reply_markup"] = message.buttons
    return body | message.extra


def _quote_position(message: Message) -> int:
    text = message.reply_to.body.text if message.reply_to is not None else ""
    return max(0, text.find(message.quote))
