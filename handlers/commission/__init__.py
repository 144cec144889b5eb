"""What partners earn: their statements, the terms agreed with them, what is entered by hand.

The commands that lead here are `/partner`'s and `/opp`'s.
"""

from handlers.commission import statements
from handlers.routing import Routes, merge


def routes() -> Routes:
    return merge([statements.routes()])
