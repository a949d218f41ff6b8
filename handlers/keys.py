"""The permanent keys below a private chat, and what each of them says when it is pressed."""

from handlers.turn import Turn
from models import rights

# A key's name → the keys it shows, as catalogue keys; `location` asks the phone for its position.
KEYBOARDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "inspector": (("key.check", "key.mine", "key.progress"),),
    "office": (("key.progress", "key.open", "key.today"),),
}
LOCATION_KEYS = frozenset({"key.check"})


def keyboard_of(turn: Turn) -> str:
    """The name of the keyboard for what the person does; channels look its keys up in KEYBOARDS."""
    return "inspector" if turn.is_one_of(rights.INSPECTS) else "office"
