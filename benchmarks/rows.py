"""What is reported: a row for each figure, beside the bare echo's where there is one, and the bar it has to reach."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Row:
    """`peer`: the bare echo's figure in the same rounds. `ratio`: ours to the peer's, the median of the rounds.

    `bar`: what the ratio must reach; None where nothing is demanded.
    """

    name: str
    value: float | None
    unit: str
    peer: float | None = None
    ratio: float | None = None
    bar: float | None = None

    @property
    def met(self) -> bool | None:
        return self.ratio >= self.bar if self.ratio is not None and self.bar is not None else None


def row(
    name: str, unit: str, ours: Sequence[float | None], peer: Sequence[float | None] = (), bar: float | None = None
) -> Row:
    """Medians over the rounds; rounds of both are paired, so that a slow moment of the machine hits both."""
    pairs = [a / b for a, b in zip(ours, peer, strict=False) if a is not None and b]
    return Row(name, _median(ours), unit, _median(peer), statistics.median(pairs) if pairs else None, bar)


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all does not exceed."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


def write(rows: Sequence[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = [asdict(row) | {"met": row.met} for row in rows]
    path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")


def table(rows: Sequence[Row]) -> str:
    cells = [("", "ours", "", "bare echo", "ratio", "bar", "")]
    for row in rows:
        verdict = {None: "", True: "met", False: "not met"}[row.met]
        figures = [_figure(figure) for figure in (row.value, row.peer, row.ratio, row.bar)]
        cells.append((row.name, figures[0], row.unit, figures[1], figures[2], figures[3], verdict))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(_line(line, widths) for line in cells)


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    name, value, unit, *rest = (cell for cell in line)
    parts = [name.ljust(widths[0]), value.rjust(widths[1]), unit.ljust(widths[2])]
    parts += [cell.rjust(width) for cell, width in zip(rest, widths[3:], strict=True)]
    return "  ".join(parts).rstrip()


def _figure(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.2f}"
