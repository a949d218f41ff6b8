"""What the session that writes keeps in mind of cases must be what the record says: nobody asks the record again."""

from collections.abc import Callable, Iterable
from typing import Any

from models.record import Record

Ask = Callable[..., Iterable[tuple[Any, ...]]]
# Some of what is remembered may be over by now, which is looked at each time; nothing that is not over may be missing.
QUESTIONS = {
    "open at": "SELECT id FROM findings WHERE site_id = ?"
    " AND state NOT IN ('verified_closed', 'withdrawn', 'duplicate')",
    "said of": "SELECT id FROM sightings WHERE check_id = ? AND taken_back_at IS NULL",
}


def missing(record: Record, ask: Ask) -> list[str]:
    """What it would overlook now, where nobody else has written since it last looked."""
    if record._line is None or record._data_version(record._line) != record._version:
        return []
    found = []
    for (what, *where), known in record.known.items():
        if what in QUESTIONS:
            left = {number for (number,) in ask(QUESTIONS[what], *where)} - set(known)
            if left:
                found.append(f"{what} {where[0]}: {sorted(left)} not known of")
    return found
