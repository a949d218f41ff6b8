"""People: who they are, whether they have a connection, whether they want to hear from the bot."""

import random

from bot.emulator.acts.asking import who
from bot.emulator.errors import ActError
from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.people import Person, Status
from bot.emulator.posting import change_bot_status
from bot.emulator.views import person_view
from bot.emulator.world import World

FIRST_PERSON = 10_000
LANGUAGE = "zh-hans"


def _show(world: World, person: Person) -> Json:
    view = person_view(person)
    world.tell("person", person=view)
    return view


async def add_person(world: World, params: Params) -> Json:
    """Somebody new; somebody known is changed."""
    person_id = params.integer("id") or FIRST_PERSON + world.next_number()
    if person_id <= 0 or person_id == world.bot.id:
        raise ActError(f"nobody can have the number {person_id}")
    name = params.text("name")
    if not name:
        raise ActError("a person needs a name")
    person = world.people.get(person_id)
    if person is None:
        person = world.people[person_id] = Person(person_id, name)
    person.first_name, person.last_name = name, params.text("last_name")
    person.username = params.text("username").removeprefix("@")
    person.language = params.text("language") or LANGUAGE
    return _show(world, person)


async def block(world: World, params: Params) -> bool:
    person = who(world, params)
    chat = world.private_chat(person)
    if chat.bot_status is Status.MEMBER:
        change_bot_status(world, chat, person, Status.KICKED)
    chat.bot_status = Status.KICKED
    return True


async def unblock(world: World, params: Params) -> bool:
    person = who(world, params)
    chat = world.private_chat(person)
    if chat.bot_status is Status.KICKED:
        change_bot_status(world, chat, person, Status.MEMBER)
    return True


async def offline(world: World, params: Params) -> Json:
    person = who(world, params)
    person.online = False
    return _show(world, person)


async def online(world: World, params: Params) -> Json:
    """All that waited goes out at once, each with the time it was done at."""
    person = who(world, params)
    person.online = True
    waiting, person.waiting = person.waiting, []
    order = params.text("order") or "sent"
    if order == "reversed":
        waiting.reverse()
    elif order == "shuffled":
        random.Random(params.integer("seed")).shuffle(waiting)
    elif order != "sent":
        raise ActError(f"there is no order {order}")
    failed = []
    for act in waiting:
        try:
            await act.deliver()
        except ActError as error:
            failed.append(str(error))
    return _show(world, person) | {"delivered": len(waiting) - len(failed), "failed": failed}
