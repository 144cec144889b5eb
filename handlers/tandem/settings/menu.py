"""`/tandem settings [section]`: the menu, and the way from it into a section."""

from handlers import forms
from handlers.blocks import settings as blocks
from handlers.blocks.text import cut, escape
from handlers.commands import nearest
from handlers.routing import Command, Open, Press, Reply, Request, Routes, Say
from handlers.tandem.settings.facts import (
    STALE,
    drawing_of,
    menu_now,
    read_facts,
    section_named,
    sections_for,
    with_parts,
)
from services.values import Actor

LONGEST_SHOWN = 40


def routes() -> Routes:
    return Routes(presses={blocks.OPEN_SETTINGS: open_menu, blocks.OPEN_SECTION: press_section})


async def run(request: Command) -> Reply:
    """The menu, or the section whose name follows."""
    word = "-".join(request.words.casefold().split())
    if not word or not sections_for(request.actor):
        return await open_menu(request)
    section = _meant(request.actor, word)
    if section is None:
        return _unknown(request.actor, request.words)
    return await open_section(request, section.key, request.place.channel_id)


async def open_menu(request: Request) -> Reply:
    """All the sections this person may change."""
    async with request.db.transaction(request.actor) as tx:
        if not sections_for(tx.actor):
            tx.actor.require("settings.change")
        return Open(view=await menu_now(tx, request.place.channel_id))


async def press_section(request: Press) -> Reply:
    """A row of the menu, or of a section with parts."""
    return await open_section(request, request.value, _asked_from(request))


async def open_section(request: Request, key: str, channel_id: str | None) -> Reply:
    """A section's modal, on top of what is open."""
    section = section_named(key)
    if section is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        facts = await read_facts(tx, [section], channel_id)
    return Open(view=blocks.section_view(section, facts, drawing_of(request)))


def _asked_from(request: Press) -> str | None:
    """The channel the settings were asked for in, which their modals carry."""
    for model in (blocks.MenuNote, blocks.SectionNote):
        note = forms.unpack(model, request.view.metadata) if request.view else None
        if note is not None:
            return note.channel_id
    return request.place.channel_id


def _meant(actor: Actor, word: str) -> blocks.Section | None:
    """By its key, its title or another name."""
    for each in with_parts(sections_for(actor)):
        title = each.title.casefold().replace(" ", "-")
        if word in {each.key, title, *each.other_names}:
            return each
    return None


def _unknown(actor: Actor, words: str) -> Say:
    keys = [each.key for each in sections_for(actor)]
    near = nearest(words, keys)
    meant = f" Did you mean `/tandem settings {near}`?" if near else ""
    sections = ", ".join(f"`{key}`" for key in keys)
    shown = escape(cut(words, LONGEST_SHOWN))
    return Say(text=f"The settings have no section `{shown}`.{meant} There are: {sections}.")
