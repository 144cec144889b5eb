"""From a method's name and a token to an answer: who calls, may they, how often, and the book."""

from dataclasses import dataclass, field
from time import perf_counter

from sandbox.core import Call
from sandbox.web_api import auth, chat, conversations, users, views
from sandbox.web_api.call import ApiCall, Arguments, Services
from sandbox.wire import JsonObject, RateLimited, SlackError, as_text
from sandbox.workspace import Team

METHODS = {
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
}


@dataclass(frozen=True)
class Outcome:
    """The answer to a call, its headers, and whether it came too early."""

    body: JsonObject
    headers: dict[str, str] = field(default_factory=dict[str, str])
    too_early: bool = False


@dataclass(frozen=True)
class WebApi:
    """Answers calls."""

    services: Services

    def answer(self, method: str, token: str, given: JsonObject) -> Outcome:
        """Never raises for what the caller does: a refusal is an answer."""
        core = self.services.core
        core.agenda.catch_up()
        began = perf_counter()
        try:
            team, body = self._run(method, token, given)
        except SlackError as error:
            team = self._team_of(token)
            outcome = _refused(error, team)
        else:
            outcome = Outcome({"ok": True, **body}, _scopes(team))
        self._note(method, team, given, outcome, perf_counter() - began)
        return outcome

    def team_id(self, token: str) -> str | None:
        """The team a token belongs to, None for one that belongs to none."""
        team = self._team_of(token)
        return None if team is None else team.id

    def refuse(self, method: str, token: str, error: SlackError) -> Outcome:
        """The answer to a call whose arguments could not even be read."""
        outcome = _refused(error, None)
        self._note(method, self._team_of(token), {}, outcome, 0.0)
        return outcome

    def _run(self, method: str, token: str, given: JsonObject) -> tuple[Team | None, JsonObject]:
        if method == "oauth.v2.access":
            return None, auth.oauth_access(self.services, Arguments(given))
        if method == "apps.connections.open":
            self._is_app_token(token)
            return None, auth.connections_open(self.services)
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        call = ApiCall(self.services, self._team(token), Arguments(given))
        wanted = METHODS[method]
        if wanted.scope is not None:
            call.need(wanted.scope)
        self.services.core.rates.call(call.team.id, method, wanted.per_minute)
        return call.team, wanted.run(call)

    def _team(self, token: str) -> Team:
        if not token:
            raise SlackError("not_authed")
        if token == self.services.core.app.app_token:
            raise SlackError("not_allowed_token_type")
        team = self._team_of(token)
        if team is None:
            raise SlackError("invalid_auth")
        if team.about.revoked is not None:
            raise SlackError(team.about.revoked)
        return team

    def _team_of(self, token: str) -> Team | None:
        teams = self.services.core.teams.values()
        return next((team for team in teams if token and team.bot_token == token), None)

    def _is_app_token(self, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if self._team_of(token) is not None:
            raise SlackError("not_allowed_token_type")
        if token != self.services.core.app.app_token:
            raise SlackError("invalid_auth")

    def _note(
        self, method: str, team: Team | None, given: JsonObject, outcome: Outcome, seconds: float
    ) -> None:
        core = self.services.core
        body, status = outcome.body, 429 if outcome.too_early else 200
        error = as_text(body.get("error")) or None
        core.note_call(
            Call(
                method=method,
                team_id=None if team is None else team.id,
                args=given,
                ok=error is None,
                error=error,
                at=core.clock.now(),
                answer=body,
                status=status,
                seconds=seconds,
            )
        )


def _refused(error: SlackError, team: Team | None) -> Outcome:
    body: JsonObject = {"ok": False, "error": error.code, **error.details}
    if not isinstance(error, RateLimited):
        return Outcome(body, _scopes(team))
    headers = {**_scopes(team), "Retry-After": str(error.retry_after)}
    return Outcome(body, headers, too_early=True)


def _scopes(team: Team | None) -> dict[str, str]:
    """What the token may do, as every answer of Slack tells; SDKs read it from auth.test."""
    return {} if team is None else {"X-OAuth-Scopes": ",".join(team.bot_scopes)}
