"""Runs the emulator on its own: python -m bot.emulator --port 8081."""

import sys

from bot.emulator.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
