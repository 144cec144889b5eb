"""Authorization for Bolt from our own cache: no `auth.test`, no query on a hit."""

from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize

from bot.edge import INSTALLED, asked_team
from bot.installations import Installations


class Authorize(AsyncAuthorize):
    """A subclass, not a function: only so does Bolt accept it beside OAuth settings."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations
        self.token_rotation_expiration_minutes = 120

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: object,
    ) -> AuthorizeResult | None:
        """The workspace's token and bot; None when the app is not installed there."""
        installed = await self._installations.of_team(*asked_team(context))
        if installed is None:
            return None
        context[INSTALLED] = installed
        found = installed.installation
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
            bot_token=found.bot_token,
            bot_scopes=list(found.scopes),
            user_id=user_id,
        )
