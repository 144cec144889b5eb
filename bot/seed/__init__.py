"""A believable company for the demo, made through the services as people would have made it.

A clock walks through the past, so that every row, its history and its audit carry their own day.
"""

from bot.seed.story import seed

__all__ = ["seed"]
