"""Bugs put into the real code, one at a time: a simulator that does not find them proves nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.simulator.planted import incoming, outgoing, photos, timing

Planting = Callable[[], AbstractContextManager[None]]

BUGS: dict[str, Planting] = {
    bug.__name__: bug
    for bug in (
        incoming.ack_first,
        incoming.two_transactions,
        incoming.inbox_key_not_unique,
        incoming.commit_failure_ignored,
        incoming.poison_blocks_batch,
        incoming.failing_row_for_ever,
        incoming.order_by_arrival,
        incoming.rights_remembered,
        outgoing.sent_before_send,
        outgoing.claim_not_kept,
        outgoing.no_recovery,
        outgoing.unknown_is_not_sent,
        outgoing.unknown_is_sent,
        outgoing.refusal_stops_all,
        outgoing.reply_without_row,
        outgoing.outbox_key_not_unique,
        outgoing.card_at_old_place,
        photos.photo_told_before_kept,
        photos.photo_without_fsync,
        photos.photo_lost_at_once,
        timing.album_by_sleeping,
        timing.clock_remembers,
    )
}
