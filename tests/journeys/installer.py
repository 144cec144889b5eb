"""Somebody who installs the app: a browser that keeps its cookies and goes one step at a time."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import ClientSession, DummyCookieJar

from sandbox import Team
from tests.journeys.conftest import World


@dataclass(frozen=True)
class Seen:
    """What the browser shows, or where it is sent."""

    status: int
    location: str
    page: str
    headers: dict[str, str]


@dataclass
class Browser:
    world: World
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    headers: dict[str, str] = field(default_factory=dict[str, str])

    async def get(self, url: str) -> Seen:
        return await self._ask("GET", url)

    async def look(self, url: str) -> Seen:
        """As scanners of links do, for the heading alone."""
        return await self._ask("HEAD", url)

    async def press(self, code: str = "") -> Seen:
        """The button on the page that is open."""
        return await self._ask("POST", f"{self.app}/slack/install", {"link_code": code})

    async def start(self, code: str = "") -> str:
        """From the app's page to Slack's: the address of the page of consent."""
        await self.get(f"{self.app}/slack/install")
        return (await self.press(code)).location

    async def answer(self, consent: str, who: str, answer: str = "allow") -> str:
        """What somebody says on Slack's page, and where Slack sends them then. `who`: a team or an
        enterprise, and a person of it.
        """
        core = self.world.slack.core
        core.redirect_urls = (f"{self.app}/slack/oauth_redirect",)
        asked = urlencode({"who": who, "answer": answer})
        return (await self.get(f"{consent}&{asked}")).location

    async def install(self, team: Team, user_id: str, code: str = "") -> Seen:
        """The whole way."""
        back = await self.answer(await self.start(code), f"{team.id}/{user_id}")
        return await self.get(back)

    async def _ask(self, method: str, url: str, form: dict[str, str] | None = None) -> Seen:
        async with (
            ClientSession(cookie_jar=DummyCookieJar()) as session,
            session.request(
                method,
                url,
                data=form,
                allow_redirects=False,
                cookies=self.cookies,
                headers=self.headers,
            ) as answer,
        ):
            self.cookies |= {name: each.value for name, each in answer.cookies.items()}
            self.cookies = {name: value for name, value in self.cookies.items() if value}
            location = answer.headers.get("Location", "")
            return Seen(answer.status, location, await answer.text(), dict(answer.headers))

    @property
    def app(self) -> str:
        http = self.world.slack.courier.http
        assert http is not None
        return http.url.removesuffix("/slack/events")


def state_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]
