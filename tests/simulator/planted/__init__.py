"""Bugs put into the real code, one at a time: a simulator that does not find them proves nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.simulator.planted import cases, incoming, outgoing, photos, timing

Planting = Callable[[], AbstractContextManager[None]]

UNSENT = ("ambiguous", "server")
# Each with the accidents of which one is needed for it to show; none: it shows on a quiet day.
BUGS: dict[str, tuple[Planting, tuple[str, ...]]] = {
    bug.__name__: (bug, needs)
    for bug, needs in (
        (incoming.ack_first, ()),
        (incoming.two_transactions, ("crash",)),
        (incoming.inbox_key_not_unique, ("duplicate", "ambiguous")),
        (incoming.commit_failure_ignored, ("db_full", "db_busy")),
        (incoming.poison_blocks_batch, ("poison",)),
        (incoming.failing_row_for_ever, ("handler",)),
        (incoming.order_by_arrival, ()),
        (incoming.rights_remembered, ("dismissed",)),
        (outgoing.sent_before_send, ("crash",)),
        (outgoing.claim_not_kept, ("crash",)),
        (outgoing.no_recovery, ("crash",)),
        (outgoing.unknown_is_not_sent, UNSENT),
        (outgoing.unknown_is_sent, UNSENT),
        (outgoing.refusal_stops_all, ("too_many",)),
        (outgoing.reply_without_row, ("crash", "refused", "outage", "too_many", *UNSENT)),
        (outgoing.outbox_key_not_unique, ("crash", "clock", "duplicate")),
        (outgoing.card_at_old_place, ()),
        (cases.taken_by_the_last, ()),
        (cases.state_without_a_step, ()),
        (cases.fixed_twice, ()),
        (cases.new_case_not_in_mind, ()),
        (photos.photo_told_before_kept, ("crash", "disk_full")),
        (photos.photo_without_fsync, ("power",)),
        (photos.photo_lost_at_once, ("file", "refused", "outage", "disk_full", *UNSENT)),
        (timing.album_by_sleeping, ("crash", "restart")),
        (timing.clock_remembers, ()),
    )
}
