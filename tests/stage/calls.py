"""A call of the program, as the emulator's methods take it without a socket between them."""

from bot.channels.telegram_transport import Body, Form
from bot.emulator.params import Params, Upload


def params_of(body: Body) -> Params:
    if not isinstance(body, Form):
        return Params(dict(body or {}))
    return Params(
        dict(body.values), {name: Upload(file.name, file.mime, file.content) for name, file in body.files.items()}
    )
