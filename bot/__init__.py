"""The program: how it runs."""
