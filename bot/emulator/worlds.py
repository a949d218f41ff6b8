"""One world per token: bots that share a server share nothing but the clock."""

import re

from bot.emulator.views import state_view
from bot.emulator.world import World

TOKEN = re.compile(r"[1-9]\d{0,15}:[\w-]{20,80}", re.ASCII)


class Worlds:
    """The first world belongs to the first token that calls, unless it was given one and then to no other."""

    def __init__(self, first: World) -> None:
        self.first = first
        self._only_first = bool(first.token)
        self._others: dict[str, World] = {}

    def of_token(self, token: str) -> World | None:
        if token == self.first.token:
            return self.first
        if self._only_first or not TOKEN.fullmatch(token):
            return None
        if not self.first.token:
            self.first.adopt(token)
            # Whoever watches knew the bot by another number.
            self.first.tell("state", **state_view(self.first))
            return self.first
        if token not in self._others:
            self._others[token] = World(self.first.clock, token)
        return self._others[token]

    def of_bot(self, bot_id: str) -> World | None:
        """The world driven from outside: the first, unless a bot is named."""
        if not bot_id:
            return self.first
        return next((world for world in self.all() if str(world.bot.id) == bot_id), None)

    def all(self) -> list[World]:
        return [self.first, *self._others.values()]
