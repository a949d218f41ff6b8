"""Albums: several photos or files that belong together, one message each."""

from bot.emulator.errors import bad_request
from bot.emulator.messages import Body, Json, Kind
from bot.emulator.methods.targets import answered_message, writable_chat
from bot.emulator.methods.uploads import input_media
from bot.emulator.params import Params
from bot.emulator.posting import Draft, post
from bot.emulator.rendering import message_json
from bot.emulator.world import World

LARGEST = 10


async def send_media_group(world: World, params: Params) -> list[Json]:
    chat = writable_chat(world, params, "photos")
    media = params.json("media", "media")
    if not params.has("media"):
        raise bad_request('parameter "media" is required')
    if not isinstance(media, list):
        raise bad_request("can't parse media JSON object")
    if not media:
        raise bad_request("there are no messages to send")
    if len(media) > LARGEST:
        raise bad_request("too many messages to send as an album")
    bodies = [
        Body(text, entities, item) for item, text, entities in [await input_media(world, params, m) for m in media]
    ]
    if len({body.kind for body in bodies}) > 1:
        raise bad_request(f"{Kind.DOCUMENT} can't be mixed with other media types")
    reply_to, quote = answered_message(params, chat)
    world.limits.spend(chat, world.clock.now(), len(bodies))
    # One alone is no album.
    album = str(13_000_000_000_000_000 + world.next_number()) if len(bodies) > 1 else ""
    silent, protected = params.flag("disable_notification"), params.flag("protect_content")
    drafts = [Draft(body, reply_to, quote, album=album, silent=silent, protected=protected) for body in bodies]
    return [message_json(world, post(world, chat, world.bot, draft)) for draft in drafts]
