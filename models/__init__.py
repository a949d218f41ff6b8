"""The record: what is true."""
