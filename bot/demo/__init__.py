"""The demo: everything on this machine, without a token, to be tried by hand or watched."""

from bot.demo.command import demo

__all__ = ["demo"]
