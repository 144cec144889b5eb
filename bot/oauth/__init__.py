"""Installing into many workspaces by OAuth v2: the pages, the way over Slack and back, and the
renewal of tokens that end.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from bot.oauth.flow import InstallFlow, Means
from bot.oauth.grants import Credentials
from bot.oauth.rotation import Rotation
from bot.oauth.routes import InstallRoutes

__all__ = ["Credentials", "InstallFlow", "InstallRoutes", "Means", "Rotation"]
