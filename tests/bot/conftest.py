"""The running application of the journeys, for tests that look at one of its parts."""

from tests.journeys.conftest import installed, office_urls, settings, slack, tandem, world

__all__ = ["installed", "office_urls", "settings", "slack", "tandem", "world"]
