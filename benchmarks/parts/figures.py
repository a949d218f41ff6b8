"""How long questions of a large record take, and how that grows with it."""

from pathlib import Path

from benchmarks import questions
from benchmarks.parts import Size
from benchmarks.rows import Bar, Row


def measure_figures(folder: Path, _prepared: Path, size: Size) -> list[Row]:
    """The records are kept between runs, since the largest takes minutes to fill; a quick run's are not."""
    kept = {"folder": folder} if size.quick else {}
    grown = questions.growth(size.checks, **kept)
    print(questions.table(grown))
    answers = [*grown[-1].answers, *([] if size.quick else questions.measure_places(**kept))]
    return [
        Row(f"{answer.name}, {grown[-1].checks:,} checks" if answer in grown[-1].answers else answer.name, answer.ms,
            "ms", bar=Bar(answer.most, at_most=True, of_ratio=False) if answer.most is not None else None)
        for answer in answers
    ]  # fmt: skip
