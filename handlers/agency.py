"""What the conversation has to know of the office it serves; set once, in config.toml."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Agency:
    """`admins`: accounts per channel that are administrators from their first message on, as `telegram:123`."""

    name: str = ""
    timezone: str = "Asia/Shanghai"
    language: str = "zh"
    admins: frozenset[str] = frozenset()
    bot_name: str = ""
    morning_at: time = time(8, 0)
    quiet_from: time = time(21, 0)
    quiet_to: time = time(7, 30)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> date:
        """The agency's local day, on which everything is counted (F13)."""
        return self.local(moment).date()

    def at(self, day: date, clock: time) -> datetime:
        """The moment of a local time; of a skipped one the next there is, of one that comes twice the first (F13)."""
        moment = datetime.combine(day, clock, self.zone).astimezone(UTC)
        if self.local(moment).time() == clock:
            return moment
        while self.local(moment - ONE_MINUTE).utcoffset() == self.local(moment).utcoffset():
            moment -= ONE_MINUTE
        return moment

    def is_quiet(self, moment: datetime) -> bool:
        """No reminder rings now. The span may cross midnight."""
        clock = self.local(moment).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to

    def invite_link(self, token: str) -> str:
        return f"https://t.me/{self.bot_name}?start={token}"
