"""What the session that writes keeps in mind besides things: answers that cost a question each."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from models.record import Record

T = TypeVar("T")


def known(session: Session, key: tuple[Any, ...], ask: Callable[[], T]) -> T:
    """What was asked before and cannot have changed since, unless somebody else wrote; None is asked for again.

    What this transaction has changed and not written yet is not seen: whoever changes it says so with `remember`.
    """
    if not isinstance(session, Record):
        return ask()
    found: T | None = session.known.get(key)
    if found is None:
        with session.no_autoflush:
            found = ask()
        if found is not None:
            session.known[key] = found
    return found


def remember(session: Session, key: tuple[Any, ...], value: Any) -> None:
    """What `known` need not ask for."""
    if isinstance(session, Record):
        session.known[key] = value


def recalled(session: Session, key: tuple[Any, ...]) -> Any:
    """What `known` has kept, or None, without asking."""
    return session.known.get(key) if isinstance(session, Record) else None


def unlearn(session: Session, *key: Any) -> None:
    """What `known` gave for this is not so any more."""
    if isinstance(session, Record):
        session.known.pop(key, None)
