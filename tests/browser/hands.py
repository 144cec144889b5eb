"""How a person works at the page: by mouse or by keyboard alone, each act counted.

Everything is found as it is perceived, by role and name.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from sandbox import Channel
from tests.sandbox.page_visitor import serious_violations

FARTHEST = 60
"""Steps of the Tab key after which a person gives up."""
MOST_PARTS = 8


class Hands(Protocol):
    """What a mouse and a keyboard both can do."""

    acts: int

    async def arrive(self, composer: Locator) -> None:
        """Goes where one writes, once the page is there."""
        ...

    async def press(self, target: Locator) -> None:
        """One click, or Enter on what has the focus: one act."""
        ...

    async def write(self, target: Locator, words: str) -> None: ...

    async def choose(self, menu: Locator, typed: str, option: str) -> None:
        """Types into a menu and takes the option of that name."""
        ...

    async def write_day(self, target: Locator, day: str) -> None:
        """A date, as `2026-12-30`."""
        ...

    async def send(self, composer: Locator, words: str) -> None: ...


@dataclass
class Mouse:
    """Points and clicks; types only what is text."""

    page: Page
    acts: int = 0

    async def arrive(self, composer: Locator) -> None:
        """A mouse is everywhere at once."""
        await expect(composer).to_be_visible()

    async def press(self, target: Locator) -> None:
        self.acts += 1
        await target.click()

    async def write(self, target: Locator, words: str) -> None:
        await target.click()
        await target.fill(words)

    async def choose(self, menu: Locator, typed: str, option: str) -> None:
        await self.write(menu, typed)
        await self.page.get_by_role("option", name=option).click()

    async def write_day(self, target: Locator, day: str) -> None:
        await target.fill(day)

    async def send(self, composer: Locator, words: str) -> None:
        await self.write(composer, words)
        await self.page.get_by_role("button", name="Send", exact=True).click()


@dataclass
class Keyboard:
    """Never touches the mouse: reaches things by Tab, as the focus goes."""

    page: Page
    acts: int = 0

    async def arrive(self, composer: Locator) -> None:
        """F6 goes from part to part of the page, as in Slack."""
        await expect(composer).to_be_visible()
        for _ in range(MOST_PARTS):
            if await composer.evaluate(HAS_FOCUS):
                return
            await self.page.keyboard.press("F6")
        raise AssertionError("F6 never comes to where one writes")

    async def press(self, target: Locator) -> None:
        await self._reach(target)
        self.acts += 1
        await self.page.keyboard.press("Enter")

    async def write(self, target: Locator, words: str) -> None:
        await self._reach(target)
        await self.page.keyboard.press("ControlOrMeta+A")
        await self.page.keyboard.type(words)

    async def choose(self, menu: Locator, typed: str, option: str) -> None:
        await self.write(menu, typed)
        wanted = self.page.get_by_role("option", name=option)
        await expect(wanted).to_be_visible()
        for _ in range(FARTHEST):
            if await wanted.get_attribute("aria-selected") == "true":
                break
            if await self._is_active(wanted, menu):
                break
            await self.page.keyboard.press("ArrowDown")
        await self.page.keyboard.press("Enter")

    async def write_day(self, target: Locator, day: str) -> None:
        await self.write(target, day)

    async def send(self, composer: Locator, words: str) -> None:
        await self.write(composer, words)
        await self.page.keyboard.press("Enter")

    async def _is_active(self, option: Locator, menu: Locator) -> bool:
        active = await menu.get_attribute("aria-activedescendant")
        return active is not None and active == await option.get_attribute("id")

    async def _reach(self, target: Locator) -> None:
        """Tab, or Shift and Tab where what is wanted stands before the focus."""
        await expect(target).to_be_visible()
        step = "Shift+Tab" if await target.evaluate(STANDS_BEFORE) else "Tab"
        for _ in range(FARTHEST):
            if await target.evaluate(HAS_FOCUS):
                return
            await self.page.keyboard.press(step)
        raise AssertionError(f"{target} cannot be reached by {step}")


HAS_FOCUS = "(node) => node === document.activeElement"
TO_CHANNEL = """(channel) => {
  const place = new URLSearchParams(location.hash.slice(1));
  place.set("channel", channel);
  location.hash = place;
}"""
STANDS_BEFORE = """(node) => Boolean(document.activeElement.compareDocumentPosition(node)
  & Node.DOCUMENT_POSITION_PRECEDING)"""


@dataclass
class Visit:
    """Somebody at the page of their Slack, on one screen, with one pair of hands."""

    page: Page
    hands: Hands
    who: str
    url: str

    async def go(self, user_id: str, channel: Channel) -> None:
        """Comes anew as this person to the channel, with nothing open."""
        place = f"team={channel.team_id}&as={user_id}&channel={channel.id}"
        # Another address loads the page again; by way of an empty one that takes a new process.
        await self.page.goto(f"{self.url}/?{uuid4().hex}#{place}")
        await self.hands.arrive(self.composer)

    async def move_to(self, channel: Channel) -> None:
        """Follows a link to another channel."""
        await self.page.evaluate(TO_CHANNEL, channel.id)
        there = self.page.get_by_role("textbox", name=f"Message #{channel.name}")
        await self.hands.arrive(there)

    @property
    def form(self) -> Locator:
        """The modal in front."""
        return self.page.get_by_role("dialog")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message #")

    def message(self, words: str) -> Locator:
        """The newest message with these words."""
        return self.page.get_by_role("article").filter(has_text=words).last

    def card(self, words: str) -> Locator:
        """The card with these words, whatever was said of it since."""
        stages = self.page.get_by_role("combobox", name="Move to another stage")
        return self.page.get_by_role("article").filter(has_text=words).filter(has=stages)

    def button(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=True)

    async def send(self, words: str) -> None:
        await self.hands.send(self.composer, words)

    async def is_accessible(self) -> None:
        """Axe finds nothing serious or worse; the same page needs no second look by keyboard."""
        if isinstance(self.hands, Mouse):
            assert await serious_violations(self.page) == []
