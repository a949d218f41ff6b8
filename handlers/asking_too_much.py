"""How much one person may ask: evidence is always taken, questions are answered ten times a minute (F40)."""

from datetime import timedelta

from handlers.turn import Turn

MOST_A_MINUTE = 10
MINUTE = timedelta(minutes=1)
NOTICED = 1_000_000  # the count once somebody has been told; nobody asks so often in a minute


def is_dropped(turn: Turn) -> bool:
    """Counts a question; True when it is not answered. Says so once a minute, and briefly to every tap."""
    if turn.person is None:
        return False
    talk = turn.conversation
    if talk.asked_since is None or not timedelta(0) <= turn.now - talk.asked_since < MINUTE:
        talk.asked, talk.asked_since = 0, turn.now
    talk.asked = (talk.asked or 0) + 1
    if not turn.queue.crowded and talk.asked <= MOST_A_MINUTE:
        return False
    turn.toast(turn.text("ask.too_fast"), alert=True)
    if talk.asked < NOTICED and not turn.incoming.tap:
        turn.say(turn.text("ask.too_fast"))
        talk.asked = NOTICED
    return True
