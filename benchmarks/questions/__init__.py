"""How long the record takes to answer, and how that grows with what is in it.

`measure_questions(checks)` gives an `Answered` for each question: its name, milliseconds, and the bar it
has to stay under (None where nothing is demanded). `growth(sizes)` asks them of records of several sizes; `table` makes
the README's table of it. `python -m benchmarks.questions` prints both. Records are kept under build/questions, since
the largest takes minutes to fill.
"""

from benchmarks.questions.asking import Answered, Growth, growth, measure_places, measure_questions, table

__all__ = ["Answered", "Growth", "growth", "measure_places", "measure_questions", "table"]
