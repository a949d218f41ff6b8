"""Which accidents a seed has, and how strong: a random few of all there are."""

import random
from dataclasses import dataclass, field

# name → the faults of the failure model it stands for
KINDS: dict[str, str] = {
    "crash": "F01",
    "power": "F02",
    "restart": "F48",
    "db_full": "F03",
    "db_busy": "F06",
    "disk_full": "F04",
    "clock": "F12",
    "late": "F35",
    "outage": "F14",
    "too_many": "F16",
    "server": "F17",
    "refused": "F18",
    "ambiguous": "F19",
    "duplicate": "F20",
    "reorder": "F21 F24",
    "edited": "F22",
    "blocked": "F25",
    "kicked": "F26",
    "migrated": "F27",
    "file": "F29 F31",
    "conflict": "F33",
    "handler": "F38",
    "poison": "F39",
    "flood": "F40",
    "render": "F37",
    "dismissed": "T02",
}


@dataclass
class Faults:
    """Strength of each that is on, from 0 to 1; nothing is on any more once `healed`."""

    chance: random.Random
    strength: dict[str, float]
    healed: bool = False
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def drawn(cls, seed: int) -> "Faults":
        chance = random.Random(f"faults {seed}")
        share = chance.choice((0.0, 0.15, 0.3, 0.5))
        strength = {kind: round(chance.uniform(0.1, 1.0), 2) for kind in KINDS if chance.random() < share}
        return cls(random.Random(f"accidents {seed}"), strength)

    def has(self, kind: str) -> bool:
        return not self.healed and kind in self.strength

    def strikes(self, kind: str, most: float) -> bool:
        """Whether it happens now; `most` is how likely that is at full strength."""
        if self.healed or kind not in self.strength:
            return False
        if self.chance.random() >= self.strength[kind] * most:
            return False
        self.count(kind)
        return True

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def __str__(self) -> str:
        return ", ".join(f"{kind} {strength}" for kind, strength in self.strength.items()) or "no faults"
