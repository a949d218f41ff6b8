"""Moving the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.emulator.acts.asking import LATEST
from bot.emulator.errors import ActError
from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.world import World

ZONE = "Asia/Shanghai"


def _epoch(params: Params) -> float:
    number = params.number("to")
    if number is not None:
        return number
    try:
        zone = ZoneInfo(params.text("zone") or ZONE)
        time = datetime.fromisoformat(params.text("to"))
    except (ValueError, ZoneInfoNotFoundError):
        raise ActError(f"not a time: {params.text('to')}") from None
    return (time if time.tzinfo is not None else time.replace(tzinfo=zone)).timestamp()


async def move_clock(world: World, params: Params) -> Json:
    to = world.clock.now() + (params.number("by") or 0.0) if params.has("by") else _epoch(params)
    if not 0 <= to < LATEST:
        raise ActError("no clock shows that time")
    world.clock.move_to(to)
    state = {"now": world.clock.now(), "offset": world.clock.offset}
    world.tell("clock", **state)
    return state
