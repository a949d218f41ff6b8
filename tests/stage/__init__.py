"""Stages for dialogues: in one process without sockets, and over the wire with the real program."""
