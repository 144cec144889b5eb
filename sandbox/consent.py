"""Where somebody agrees to install the app: Slack's /oauth/v2/authorize.

Shows who asks for what, and sends the browser back with a one-time code, or with access_denied.
https://docs.slack.dev/authentication/installing-with-oauth
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from sandbox.consent_page import Asking, Group, consent_page, refusal_page
from sandbox.core import Core
from sandbox.records import Enterprise, Member
from sandbox.web_api.call import InstallCode, InstallCodes
from sandbox.workspace import Team

SCOPE = re.compile(r"[a-z][a-z_.]*(:[a-z_.]+)*")
PASSED_ON = ("client_id", "scope", "user_scope", "redirect_uri", "state", "granular_bot_scope")


class Refused(Exception):
    """The page cannot be shown: the link that led here is wrong."""


@dataclass(frozen=True)
class Wish:
    """What the link that led here asks for. `sent`: the address it named, if it named one."""

    redirect: str
    sent: str | None
    state: str
    scopes: tuple[str, ...]
    user_scopes: tuple[str, ...]


class Consent:
    """Answers the browser of somebody who installs the app."""

    def __init__(self, core: Core, codes: InstallCodes) -> None:
        self._core = core
        self._codes = codes

    async def page(self, request: web.Request) -> web.Response:
        """The page, or where it leads once somebody pressed one of its two buttons."""
        query = dict(request.query)
        try:
            wish = self._wish(query)
        except Refused as refused:
            page = refusal_page(self._core.app.name, str(refused))
            return web.Response(status=400, text=page, content_type="text/html")
        if query.get("answer") == "cancel":
            return _back(wish, {"error": "access_denied", "state": wish.state})
        install = self._install(wish, query.get("who", ""))
        if query.get("answer") != "allow" or install is None:
            return web.Response(text=self._shown(query, wish), content_type="text/html")
        code = self._codes.issue(self._core, install)
        return _back(wish, {"code": code, "state": wish.state})

    def _wish(self, query: dict[str, str]) -> Wish:
        if query.get("client_id") != self._core.app.client_id:
            raise Refused("invalid_client_id")
        sent = query.get("redirect_uri") or None
        redirect = self._redirect(sent)
        scopes, user_scopes = _scopes(query, "scope"), _scopes(query, "user_scope")
        if not scopes and not user_scopes:
            raise Refused("no_scopes")
        return Wish(redirect, sent, query.get("state", ""), scopes, user_scopes)

    def _redirect(self, sent: str | None) -> str:
        """Only where the app's settings say, or below; with one address it may be left out."""
        known = self._core.redirect_urls
        if sent is None and len(known) == 1:
            return known[0]
        if sent is None or not _is_address(sent):
            raise Refused("bad_redirect_uri")
        if known and not any(_is_below(sent, each) for each in known):
            raise Refused("bad_redirect_uri")
        return sent

    def _install(self, wish: Wish, who: str) -> InstallCode | None:
        """What the choice means; `who` is a team or an enterprise, and a person of it."""
        place, _, user_id = who.partition("/")
        org = self._core.enterprises.get(place)
        teams = self._core.teams.get(place)
        held = [teams] if teams is not None else _teams_of(self._core, org)
        for team in held:
            person = team.people.get(user_id)
            if person is not None and _may_install(person, org):
                return InstallCode(
                    team, user_id, wish.sent, wish.scopes, wish.user_scopes, enterprise=org
                )
        return None

    def _shown(self, query: dict[str, str], wish: Wish) -> str:
        passed = {name: query[name] for name in PASSED_ON if name in query}
        asking = Asking(self._core.app.name, wish.scopes, wish.user_scopes, passed)
        return consent_page(asking, self._groups())

    def _groups(self) -> list[Group]:
        teams = [
            Group(team.name, [(f"{team.id}/{person.id}", person.name) for person in _people(team)])
            for team in self._core.teams.values()
        ]
        return teams + [
            Group(f"{org.name} (whole organization)", _admins(self._core, org))
            for org in self._core.enterprises.values()
        ]


def _is_address(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https")
    except ValueError:
        return False


def _is_below(address: str, known: str) -> bool:
    """https://docs.slack.dev/authentication/installing-with-oauth#redirect-urls"""
    rest = address.removeprefix(known)
    below = known.endswith("/") or rest[:1] in ("/", "?")
    return address == known or (address.startswith(known) and below)


def _people(team: Team) -> list[Member]:
    return [person for person in team.people.values() if _may_install(person, None)]


def _admins(core: Core, org: Enterprise) -> list[tuple[str, str]]:
    people = {
        person.id: person.name
        for team in _teams_of(core, org)
        for person in team.people.values()
        if _may_install(person, org)
    }
    return [(f"{org.id}/{user_id}", name) for user_id, name in people.items()]


def _teams_of(core: Core, org: Enterprise | None) -> list[Team]:
    return [team for team in core.teams.values() if org is not None and team.enterprise is org]


def _may_install(person: Member, org: Enterprise | None) -> bool:
    """No bots, guests or strangers; for the whole organization only those who run it."""
    guest = person.is_restricted or person.is_ultra_restricted or person.is_stranger
    runs_it = person.is_admin or person.is_owner or person.is_primary_owner
    return not (person.is_bot or person.deleted or guest) and (org is None or runs_it)


def _scopes(query: dict[str, str], name: str) -> tuple[str, ...]:
    """Separated by commas or spaces. Raises Refused for what cannot be a scope."""
    asked = tuple(dict.fromkeys(re.split(r"[,\s]+", query.get(name, "").strip(", "))))
    found = tuple(each for each in asked if each)
    if not all(SCOPE.fullmatch(each) for each in found):
        raise Refused("invalid_scope")
    return found


def _back(wish: Wish, more: dict[str, str]) -> web.Response:
    parts = urlsplit(wish.redirect)
    query = urlencode([*parse_qsl(parts.query), *more.items()])
    there = urlunsplit(parts._replace(query=query))
    return web.Response(status=302, headers={"Location": there})
