"""Channels: each turns its platform's dialect into the words all conversations share, and back."""
