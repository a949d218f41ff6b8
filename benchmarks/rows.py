"""What is reported: a row for each figure, beside its peer's where there is one, and the bar it has to reach."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Bar:
    """What a row must reach: its ratio to the peer's figure, or the figure itself (`of_ratio` false)."""

    limit: float
    at_most: bool = False
    of_ratio: bool = True

    def said(self, unit: str) -> str:
        return f"{'≤' if self.at_most else '≥'} {_figure(self.limit)} {'×' if self.of_ratio else unit}"


@dataclass(frozen=True, slots=True)
class Row:
    """`peer`: the figure of `against` in the same rounds. `ratio`: ours to the peer's, the median of the rounds.

    `bar`: None where nothing is demanded.
    """

    name: str
    value: float | None
    unit: str
    against: str = ""
    peer: float | None = None
    ratio: float | None = None
    bar: Bar | None = None

    @property
    def met(self) -> bool | None:
        if self.bar is None:
            return None
        figure = self.ratio if self.bar.of_ratio else self.value
        if figure is None:
            return None
        return figure <= self.bar.limit if self.bar.at_most else figure >= self.bar.limit


def row(
    name: str,
    unit: str,
    ours: Sequence[float | None],
    against: str = "",
    peer: Sequence[float | None] = (),
    bar: Bar | None = None,
) -> Row:
    """Medians over the rounds; rounds of both are paired, so that a slow moment of the machine hits both."""
    pairs = [a / b for a, b in zip(ours, peer, strict=False) if a is not None and b]
    return Row(name, _median(ours), unit, against, _median(peer), statistics.median(pairs) if pairs else None, bar)


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all does not exceed."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


def write(rows: Sequence[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = [
        asdict(row) | {"bar": row.bar.said(row.unit) if row.bar is not None else None, "met": row.met} for row in rows
    ]
    path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")


def table(rows: Sequence[Row]) -> str:
    cells = [("", "ours", "", "", "peer", "ratio", "bar", "")]
    for row in rows:
        verdict = {None: "", True: "met", False: "not met"}[row.met]
        figures = [_figure(figure) for figure in (row.value, row.peer, row.ratio)]
        bar = row.bar.said(row.unit) if row.bar is not None else ""
        cells.append((row.name, figures[0], row.unit, row.against, figures[1], figures[2], bar, verdict))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(_line(line, widths) for line in cells)


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    left = {0, 2, 3, 7}
    parts = [
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(parts).rstrip()


def _figure(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.2f}"
