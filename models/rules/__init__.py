"""Decisions between values: no tables, no clock, no words."""
