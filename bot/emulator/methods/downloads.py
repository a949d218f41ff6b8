"""Opening a file for download."""

from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.rendering import file_json
from bot.emulator.world import World


async def get_file(world: World, params: Params) -> Json:
    file, path = world.files.link(params.text("file_id"), world.clock.now())
    return file_json(file) | {"file_path": path}
