"""The book of tokens: whose a token is, what it may do, and whether it still works.

A team's (or enterprise's) own bot token never expires. With token rotation an app gets tokens that
live for twelve hours and a refresh token with each:
https://docs.slack.dev/authentication/using-token-rotation
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sandbox.clock import Clock
from sandbox.identity import AppIdentity
from sandbox.records import Enterprise, Revoked, plain, revived
from sandbox.store import Store
from sandbox.wire import SlackError
from sandbox.workspace import Team

LIFE = timedelta(hours=12)


@dataclass(frozen=True)
class Token:
    """What stands behind a secret: the bot of a team or an enterprise, or (`user_id`) a person.

    `expires` is in unix seconds, 0 for never; `refresh` renews it; `scopes` are a person's own.
    """

    secret: str
    team_id: str = ""
    enterprise_id: str = ""
    user_id: str = ""
    scopes: list[str] = field(default_factory=list[str])
    expires: float = 0
    refresh: str = ""
    refreshed: bool = False
    revoked: Revoked | None = None


class TokenBook:
    """Finds, issues and renews tokens."""

    def __init__(
        self,
        app: AppIdentity,
        clock: Clock,
        store: Store,
        teams: Mapping[str, Team],
        enterprises: Mapping[str, Enterprise],
    ) -> None:
        self._app = app
        self._clock = clock
        self._store = store
        self._teams = teams
        self._enterprises = enterprises
        self._issued = {key: revived(Token, value) for key, value in store.all("token")}
        self._by_refresh = {t.refresh: t.secret for t in self._issued.values() if t.refresh}
        self._owners: dict[str, str] = {}

    def find(self, secret: str) -> Token | None:
        """The token, whether it still works or not; None for one that was never given out."""
        if not secret:
            return None
        issued = self._issued.get(secret)
        return issued or self._of_team(secret) or self._of_enterprise(secret)

    def working(self, secret: str) -> Token:
        """The token. Raises SlackError in Slack's words for one that does not work."""
        if not secret:
            raise SlackError("not_authed")
        token = self.find(secret)
        if token is None:
            raise SlackError("invalid_auth")
        dead = token.revoked or self._dead(token)
        if dead is not None:
            raise SlackError(dead)
        if token.expires and self._clock.now().timestamp() >= token.expires:
            raise SlackError("token_expired")
        return token

    def scopes(self, token: Token) -> tuple[str, ...]:
        """What the token may do."""
        if token.user_id:
            return tuple(token.scopes)
        team, org = self._teams.get(token.team_id), self._enterprises.get(token.enterprise_id)
        if team is not None:
            return team.bot_scopes
        return () if org is None else tuple(org.bot_scopes)

    def issue(self, like: Token, prefix: str, life: timedelta | None = LIFE) -> Token:
        """A new token for the same holder, rotating if it has a life."""
        number = f"{prefix} {len(self._issued)} {self._clock.now().timestamp()}"
        secret, refresh = self._app.secret(f"token {number}"), self._app.secret(f"refresh {number}")
        if life is None:
            token = replace(like, secret=f"{prefix}-{secret}", expires=0, refresh="")
        else:
            until = self._clock.now() + life
            marked = f"xoxe.{prefix}-1-{secret}"
            token = replace(like, secret=marked, expires=until.timestamp())
            token = replace(token, refresh=f"xoxe-1-{refresh}")
        return self._keep(replace(token, refreshed=False, revoked=None))

    def renew(self, refresh: str) -> Token:
        """A new pair for a refresh token, which is used up by it.

        The access token before it goes on until it expires. Raises SlackError
        invalid_refresh_token for a refresh token that is unknown, used or of a dead installation.
        """
        before = self._issued.get(self._by_refresh.get(refresh, ""))
        if before is None or before.refreshed or before.revoked or self._dead(before):
            raise SlackError("invalid_refresh_token")
        self._keep(replace(before, refreshed=True))
        return self.issue(before, "xoxp" if before.user_id else "xoxb")

    def revoke(self, token: Token) -> None:
        """Kills an issued token and its refresh token."""
        self._keep(replace(token, revoked="token_revoked"))

    def _keep(self, token: Token) -> Token:
        self._issued[token.secret] = token
        if token.refresh:
            self._by_refresh[token.refresh] = token.secret
        self._store.put("token", token.secret, plain(token))
        return token

    def _dead(self, token: Token) -> Revoked | None:
        """What the holder's tokens are refused with, if they are."""
        team, org = self._teams.get(token.team_id), self._enterprises.get(token.enterprise_id)
        if team is not None:
            return team.about.revoked
        return None if org is None else org.revoked

    def _of_team(self, secret: str) -> Token | None:
        """Looks where it was found last, before it looks everywhere."""
        known = self._teams.get(self._owners.get(secret, ""))
        if known is None or known.about.bot_token != secret:
            held = (team for team in self._teams.values() if team.about.bot_token == secret)
            known = next(held, None)
        if known is None:
            return None
        self._owners[secret] = known.id
        return Token(secret, team_id=known.id)

    def _of_enterprise(self, secret: str) -> Token | None:
        held = (org for org in self._enterprises.values() if org.bot_token == secret)
        org = next(held, None)
        return None if org is None else Token(secret, enterprise_id=org.id)
