"""Bolt as the application could use it at its leanest, for the programs that say "pong"."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bench.messages import Facts


def remembering(facts: Facts) -> AsyncApp:
    """Authorization from memory, and the answer leaves when the handler has returned."""
    authorized = AuthorizeResult(
        enterprise_id=None,
        team_id=facts.team_id,
        bot_id=facts.bot_id,
        bot_user_id=facts.bot_user_id,
        bot_token=facts.bot_token,
    )

    async def authorize() -> AuthorizeResult:
        return authorized

    return AsyncApp(
        signing_secret=facts.signing_secret,
        authorize=authorize,
        process_before_response=True,
    )
