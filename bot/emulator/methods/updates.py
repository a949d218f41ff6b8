"""How the bot gets its news."""

from urllib.parse import urlsplit

import orjson

from bot.emulator.errors import bad_request
from bot.emulator.messages import Json
from bot.emulator.params import Params
from bot.emulator.updates import WEBHOOK_SET, Update
from bot.emulator.webhook import Webhook
from bot.emulator.world import World

MOST = 100
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
CONNECTIONS = 40


def _read_allowed(world: World, params: Params) -> None:
    names = params.json("allowed_updates") if params.has("allowed_updates") else None
    if isinstance(names, list):
        world.updates.allow([str(name) for name in names])


async def get_updates(world: World, params: Params) -> list[orjson.Fragment]:
    if world.webhook is not None:
        await world.updates.refuse(WEBHOOK_ACTIVE)
    _read_allowed(world, params)
    limit = params.integer("limit", MOST)
    limit = limit if 1 <= limit <= MOST else MOST
    patience = max(0.0, params.number("timeout") or 0.0)
    updates = await world.updates.poll(params.integer("offset"), limit, patience)
    return [orjson.Fragment(update.json()) for update in updates]


async def set_webhook(world: World, params: Params) -> bool:
    url = params.text("url").strip()
    if not url:
        return await delete_webhook(world, params)
    _check_address(url)
    secret = params.text("secret_token")
    if secret and not all(character.isascii() and (character.isalnum() or character in "_-") for character in secret):
        raise bad_request("secret token contains unallowed characters")
    _read_allowed(world, params)
    backlog = await _close_webhook(world)
    world.updates.interrupt(WEBHOOK_SET)
    backlog += world.updates.take_all()
    connections = params.integer("max_connections", CONNECTIONS)
    world.webhook = Webhook(world, url, secret, min(max(connections, 1), 100))
    world.updates.push = world.webhook.push
    for update in [] if params.flag("drop_pending_updates") else backlog:
        world.webhook.push(update)
    return True


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    # On this machine plain HTTP is accepted, as by a server run in local mode.
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not parts.hostname:
        raise bad_request("bad webhook: invalid webhook URL specified")


async def _close_webhook(world: World) -> list[Update]:
    if world.webhook is None:
        return []
    webhook, world.webhook = world.webhook, None
    world.updates.push = None
    return list(await webhook.close())


async def delete_webhook(world: World, params: Params) -> bool:
    world.updates.restore(await _close_webhook(world))
    if params.flag("drop_pending_updates"):
        world.updates.take_all()
    return True


async def get_webhook_info(world: World, _: Params) -> Json:
    webhook = world.webhook
    body: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates)}
    if webhook is not None:
        body |= {"url": webhook.url, "pending_update_count": len(webhook), "max_connections": webhook.connections}
        if webhook.last_error:
            body |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if world.updates.allowed is not None:
        body["allowed_updates"] = sorted(world.updates.allowed)
    return body
