"""A Bot API server on this machine, and the people who write to the bot, for trying it out and for tests."""
