"""What people do: a table from the name of an act to the function that does it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.emulator.acts import clock, groups, people, saying, sending, standing, tapping
from bot.emulator.acts.asking import moment, who
from bot.emulator.errors import ActError, ApiError
from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.people import Waiting
from bot.emulator.world import World

Act = Callable[[World, Params], Awaitable[Any]]

# What needs a connection, and waits for it when there is none.
SENT: Mapping[str, Act] = {
    "start": saying.start,
    "send_text": saying.send_text,
    "send_photo": sending.send_photo,
    "send_file": sending.send_file,
    "send_album": sending.send_album,
    "send_location": sending.send_location,
    "move_live": sending.move_live,
    "send_venue": sending.send_venue,
    "send_voice": sending.send_voice,
    "send_video": sending.send_video,
    "send_video_note": sending.send_video_note,
    "send_animation": sending.send_animation,
    "send_sticker": sending.send_sticker,
    "send_contact": sending.send_contact,
    "edit_text": saying.edit_text,
    "edit_caption": saying.edit_caption,
    "forward": saying.forward,
    "delete": saying.delete,
    "tap": tapping.tap,
    "react": tapping.react,
}
OTHERS: Mapping[str, Act] = {
    "add_person": people.add_person,
    "offline": people.offline,
    "online": people.online,
    "block": people.block,
    "unblock": people.unblock,
    "add_group": groups.add_group,
    "migrate": groups.migrate,
    "rename": groups.rename,
    "add_bot": standing.add_bot,
    "remove_bot": standing.remove_bot,
    "join": standing.join,
    "leave": standing.leave,
    "promote": standing.promote,
    "demote": standing.demote,
    "mute_bot": standing.mute_bot,
    "unmute_bot": standing.unmute_bot,
    "clock": clock.move_clock,
}
ACTS: Mapping[str, Act] = {**SENT, **OTHERS}


async def perform(world: World, given: Json) -> Any:
    name = str(given.get("do", ""))
    act = ACTS.get(name)
    if act is None:
        raise ActError(f"nobody can {name or 'do nothing'}")
    params = Params({key: value for key, value in given.items() if key != "do"})
    try:
        if name in SENT and not (person := who(world, params)).online:
            done_at = moment(world, params)
            person.waiting.append(Waiting(done_at, lambda: perform(world, given | {"at": done_at})))
            return {"waiting": len(person.waiting)}
        return await act(world, params)
    except ApiError as error:
        # Some checks are shared with the bot's side.
        raise ActError(error.description) from None
