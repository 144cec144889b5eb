"""From a method's name and a token to an answer: who calls, may they, how often, and the book."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from sandbox.core import Call
from sandbox.tokens import Token
from sandbox.web_api import about, apps, oauth, scheduled, standing
from sandbox.web_api.arguments import Arguments
from sandbox.web_api.call import ApiCall, Method, Services, has_one
from sandbox.web_api.methods import METHODS
from sandbox.wire import JsonObject, RateLimited, SlackError, as_object, as_text
from sandbox.workspace import Team

# https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
HISTORIES = frozenset({"conversations.history", "conversations.replies"})


# Arguments that the book of calls does not keep.
SECRET = frozenset({"client_secret"})


@dataclass(frozen=True)
class Asked:
    """A call as it was read; `given` is without the token."""

    method: str
    token: str
    given: JsonObject


@dataclass(frozen=True)
class Outcome:
    """The answer to a call, its headers, and its HTTP status."""

    body: JsonObject
    headers: dict[str, str] = field(default_factory=dict[str, str])
    status: int = 200


@dataclass(frozen=True)
class WebApi:
    """Answers calls."""

    services: Services

    def __post_init__(self) -> None:
        scheduled.resume(self.services.core)

    def answer(
        self, asked: Asked, warnings: Sequence[str] = (), *, answered: bool = True
    ) -> Outcome:
        """Never raises for what the caller does: a refusal is an answer.

        `warnings` are what the request itself gave cause for, such as missing_charset; `answered`:
        whether the caller will hear of it.
        """
        core = self.services.core
        core.agenda.catch_up()
        began = perf_counter()
        try:
            outcome = Outcome({"ok": True, **self._run(asked.method, asked.token, asked.given)})
        except SlackError as error:
            outcome = _refused(error)
        outcome = replace(outcome, headers=self._headers(asked.method, asked.token, outcome))
        outcome = _warned(outcome, warnings)
        status = outcome.status if answered else None
        self._note(asked, outcome, status, perf_counter() - began)
        return outcome

    def team_id(self, token: str) -> str | None:
        """The team a token belongs to, None for one that belongs to none."""
        held = self.services.core.tokens.find(token)
        return None if held is None else held.team_id or None

    def refuse(self, asked: Asked, error: SlackError, status: int | None = 200) -> Outcome:
        """The answer to a call that came to nothing before its method ran."""
        outcome = _refused(error)
        self._note(asked, outcome, status, 0.0)
        return outcome

    def _run(self, method: str, token: str, given: JsonObject) -> JsonObject:
        args = Arguments(given)
        match method:
            case "oauth.v2.access":
                return oauth.access(self.services, args)
            case "oauth.v2.exchange":
                return oauth.exchange(self.services, token, args)
            case "apps.connections.open":
                return apps.connections_open(self.services, token)
            case "apps.uninstall":
                return apps.uninstall(self.services, token, args)
            case "blocks.validate" if not token:
                return about.validated(args)
            case _:
                return self._of_a_team(method, token, args)

    def _of_a_team(self, method: str, token: str, args: Arguments) -> JsonObject:
        wanted = METHODS.get(method)
        if wanted is None:
            raise SlackError("unknown_method", req_method=method)
        core = self.services.core
        if token == core.app.app_token:
            return self._of_the_app(method)
        held = core.tokens.working(token)
        scopes = core.tokens.scopes(held)
        if wanted.scopes:
            has_one(scopes, wanted.scopes)
        team = standing.team_of(core, held, args, needed=wanted.of_team)
        call = ApiCall(self.services, team, held, args, scopes)
        core.rates.call(team.id, method, self._pace(method, wanted))
        return wanted.run(call)

    def _of_the_app(self, method: str) -> JsonObject:
        """The one thing an app-level token may ask here, https://docs.slack.dev/authentication/tokens"""
        if method != "auth.test":
            raise SlackError("not_allowed_token_type")
        app = self.services.core.app
        return {"app_name": app.name, "app_id": app.id}

    def _pace(self, method: str, wanted: Method) -> int:
        return 1 if self.services.core.unlisted and method in HISTORIES else wanted.per_minute

    def _headers(self, method: str, token: str, outcome: Outcome) -> dict[str, str]:
        """What the token may do and what the method asks for, as every answer of Slack tells."""
        core = self.services.core
        held = core.tokens.find(token)
        if held is None:
            return outcome.headers
        told = {"X-OAuth-Scopes": ",".join(core.tokens.scopes(held))}
        wanted = METHODS.get(method)
        if wanted is not None and wanted.scopes:
            told["X-Accepted-OAuth-Scopes"] = ",".join(wanted.scopes)
        return outcome.headers | told

    def _note(self, asked: Asked, outcome: Outcome, status: int | None, seconds: float) -> None:
        core, body = self.services.core, outcome.body
        error = None if body.get("ok") else as_text(body.get("error"))
        team = self._named_team(core.tokens.find(asked.token), asked.given)
        args = {name: value for name, value in asked.given.items() if name not in SECRET}
        call = Call(asked.method, team, args, error is None, error, core.clock.now(), body)
        core.note_call(replace(call, status=status, seconds=seconds))

    def _named_team(self, held: Token | None, given: JsonObject) -> str | None:
        """The team a call was about, for the book."""
        if held is None:
            return None
        if held.team_id:
            return held.team_id
        asked = as_text(given.get("team_id"))
        team: Team | None = self.services.core.teams.get(asked)
        return None if team is None else team.id


def _refused(error: SlackError) -> Outcome:
    body: JsonObject = {"ok": False, "error": error.code, **error.details}
    if not isinstance(error, RateLimited):
        return Outcome(body)
    return Outcome(body, {"Retry-After": str(error.retry_after)}, 429)


def _warned(outcome: Outcome, warnings: Sequence[str]) -> Outcome:
    """https://docs.slack.dev/apis/web-api#responses: warnings beside whatever the answer was."""
    if not warnings:
        return outcome
    metadata = as_object(outcome.body.get("response_metadata"))
    told = {"warning": ",".join(warnings)}
    metadata = {**metadata, "warnings": list(warnings)}
    return replace(outcome, body={**outcome.body, **told, "response_metadata": metadata})
