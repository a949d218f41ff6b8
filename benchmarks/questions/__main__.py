"""`python -m benchmarks.questions [checks …]`: how long each question takes, and how that grows with the record."""

import sys

from benchmarks.questions.asking import growth, measure_places, table

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main(sizes: list[int]) -> int:
    grown = growth(sizes or SIZES)
    print(table(grown))
    missed = False
    for answer in (*grown[-1].answers, *measure_places()):
        if answer.most is not None:
            missed = missed or not answer.met
            print(f"{answer.name}: {answer.ms:.2f} ms of {answer.most:g} {'met' if answer.met else 'NOT MET'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]]))
