"""The conversation: what is said."""
