"""People, chats and messages as the page and the tests see them."""

from bot.emulator.chats import Chat
from bot.emulator.messages import (
    Animation,
    Contact,
    Document,
    Json,
    Location,
    Message,
    Photo,
    Service,
    Sticker,
    Venue,
    Video,
    VideoNote,
    Voice,
)
from bot.emulator.people import Person
from bot.emulator.rendering import entity_json
from bot.emulator.samples import sample_names
from bot.emulator.world import World

QUOTED = 120


def person_view(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language": person.language,
        "online": person.online,
        "waiting": len(person.waiting),
    }


def chat_view(world: World, chat: Chat) -> Json:
    """A chat without its messages."""
    members = [{"id": member.person.id, "status": member.status.value} for member in chat.members.values()]
    if chat.person is not None:
        members = [{"id": chat.person.id, "status": "member"}]
    people = [chat.person] if chat.person is not None else [member.person for member in chat.inside()]
    return {
        "id": chat.id,
        "kind": chat.kind.value,
        "title": chat.title or (chat.person.name if chat.person is not None else ""),
        "members": [*members, {"id": world.bot.id, "status": chat.bot_status.value}],
        "blocked": chat.is_private and chat.bot_status.value == "kicked",
        "pinned": chat.pinned,
        "keyboard": chat.keyboard["keyboard"] if chat.keyboard is not None else None,
        "keyboard_options": {name: value for name, value in (chat.keyboard or {}).items() if name != "keyboard"},
        "commands": {str(person.id): world.commands.seen_by(person, chat) for person in people},
        "menu_button": chat.menu_button or world.menu_button,
        "migrated_to": chat.migrated_to or None,
    }


def message_view(world: World, message: Message) -> Json:
    body: Json = {
        "id": message.id,
        "chat": message.chat.id,
        "date": message.date,
        "edit_date": message.edit_date or None,
        "from": message.sender.id,
        "kind": message.body.kind.value,
        "text": message.body.text,
        "entities": [entity_json(world, entity) for entity in message.body.entities],
        "reply_to": _reply_view(message.reply_to),
        "forward": {"name": message.forward.name, "date": message.forward.date} if message.forward else None,
        "album": message.album or None,
        "buttons": _buttons_view(message.buttons),
        "silent": message.silent,
        "reactions": [
            {"from": person, **reaction} for person, reactions in message.reactions.items() for reaction in reactions
        ],
    }
    return body | _media_view(message)


def _buttons_view(buttons: Json | None) -> list[list[Json]]:
    if buttons is None:
        return []
    return [
        [{("data" if key == "callback_data" else key): value for key, value in button.items()} for button in row]
        for row in buttons["inline_keyboard"]
    ]


def _reply_view(message: Message | None) -> Json | None:
    if message is None:
        return None
    text = message.body.text or message.body.kind.value
    return {"id": message.id, "from": message.sender.id, "text": text[:QUOTED]}


def location_view(location: Location) -> Json:
    return {
        "latitude": location.latitude,
        "longitude": location.longitude,
        "horizontal_accuracy": location.accuracy,
        "live_period": location.live_period or None,
        "ended": location.ended,
    }


def _media_view(message: Message) -> Json:
    match message.body.media:
        case Photo() as photo:
            largest = photo.sizes[-1]
            about = {"file_id": largest.file.file_id, "width": largest.width, "height": largest.height}
            return {"photo": about | {"spoiler": photo.spoiler}}
        case Document(file=file):
            return {"document": {"file_id": file.file_id, "name": file.name, "size": file.size, "mime": file.mime}}
        case Location() as location:
            return {"location": location_view(location)}
        case Venue() as venue:
            about = {"title": venue.title, "address": venue.address}
            return {"venue": location_view(venue.location) | about, "location": location_view(venue.location)}
        case Voice() as voice:
            return {"voice": {"file_id": voice.file.file_id, "duration": voice.seconds}}
        case VideoNote() | Animation() as film:
            return {"video": {"file_id": film.file.file_id, "duration": film.seconds}}
        case Video() as video:
            return {"video": {"file_id": video.file.file_id, "duration": video.seconds}}
        case Sticker() as sticker:
            return {"sticker": {"file_id": sticker.file.file_id, "emoji": sticker.emoji}}
        case Contact() as contact:
            return {"contact": {"phone": contact.phone, "name": contact.first_name, "user": contact.user_id}}
        case Service() as service:
            return {"service": service.fields}
        case None:
            return {}


def state_view(world: World) -> Json:
    return {
        "now": world.clock.now(),
        "offset": world.clock.offset,
        "bot": {"id": world.bot.id, "name": world.bot.name, "username": world.bot.username},
        "people": [person_view(person) for person in world.people.values()],
        "chats": [
            chat_view(world, chat) | {"messages": [message_view(world, message) for message in chat.messages.values()]}
            for chat in world.chats.values()
        ],
        "places": world.places,
        "samples": sample_names(),
        "language": world.language,
    }
