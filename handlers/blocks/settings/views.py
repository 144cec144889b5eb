"""The menu of the settings, and the modal of a section."""

from collections.abc import Sequence
from itertools import groupby

from handlers.blocks import kit
from handlers.blocks.settings import listing
from handlers.blocks.settings.section import Facts, Section, SectionNote
from handlers.blocks.text import count
from handlers.forms import Packed, pack
from handlers.routing import View

MENU = "settings_menu"
OPEN_SETTINGS = "settings_open"
OPEN_SECTION = "settings_section"
SECTION = "settings_save"
RESET = "reset"
WARNING = ":warning:"
BROKEN = "What was set here does not count any more. Save it anew, or reset it."


class MenuNote(Packed):
    """What the menu carries: where it was asked for."""

    channel_id: str | None = None


def menu(sections: Sequence[Section], facts: Facts, told: str | None = None) -> View:
    """A row for each section: its name, its values in a line, what is amiss, the way in."""
    blocks = [kit.context(told)] if told else []
    for group, members in groupby(sections, lambda each: each.group):
        blocks += [kit.header(group.value), *(row(each, facts) for each in members)]
    return kit.modal(
        "Settings",
        blocks,
        callback_id=MENU,
        metadata=pack(MenuNote(channel_id=facts.channel_id)),
        close="Close",
    )


def section_view(  # a modal that is drawn anew is these six things
    section: Section,
    facts: Facts,
    drawing: str,
    *,
    page: int = 1,
    told: str | None = None,
    note: SectionNote | None = None,
) -> View:
    """A section's modal as things stand; `drawing` differs each time it is drawn.

    `note`: a form that is only drawn differently still carries what it showed first.
    """
    fields = [block for each in section.editors for block in each.draw(facts)]
    listed = listing.body(section.listing, facts, drawing, page) if section.listing else []
    blocks = [
        *([kit.context(told)] if told else []),
        kit.context(section.about),
        *_remark(section, facts),
        *fields,
        *listed,
        *section.body(facts, drawing),
        *_reset(section, facts),
    ]
    carried = note or SectionNote(
        section=section.key, shown=shown_by(section, facts), channel_id=facts.channel_id, page=page
    )
    return kit.modal(
        section.title,
        blocks,
        callback_id=SECTION,
        submit="Save" if section.editors else None,
        metadata=pack(carried),
        close="Cancel" if section.editors else "Close",
    )


def shown_by(section: Section, facts: Facts) -> dict[str, str]:
    """What a form of these facts shows: the fingerprint of each setting's value."""
    return {
        each.setting.name: each.fingerprint(facts.value(each.setting)) for each in section.editors
    }


def section_button(words: str, key: str) -> kit.Element:
    """The way straight to a section, from a message."""
    return kit.button(words, f"{OPEN_SECTION}:{key}", key, style="primary")


def told_of(lines: Sequence[str], remarks: Sequence[str] = ()) -> str:
    """What was saved and what stays, in one short text of mrkdwn."""
    first = "Saved." if lines else "No setting was changed."
    return "\n".join([first, *lines, *remarks])


def _remark(section: Section, facts: Facts) -> list[kit.Block]:
    remark = remark_on(section, facts)
    return [kit.section(f"{WARNING} {remark}")] if remark else []


def told_moved(number: int) -> str:
    """How many records went elsewhere with a word that was removed."""
    return f" {count(number, 'record', 'records')} moved." if number else ""


def remark_on(section: Section, facts: Facts) -> str | None:
    """What is missing or refused there, in mrkdwn."""
    if any(facts.of(setting).broken for setting in section.settings):
        return BROKEN
    return section.remark(facts)


def row(section: Section, facts: Facts) -> kit.Block:
    """A section's name, its values, what is amiss, and the way in."""
    remark = remark_on(section, facts)
    lines = [f"*{section.title}*", section.summary(facts), f"{WARNING} {remark}" if remark else ""]
    button = kit.button(
        "Edit", f"{OPEN_SECTION}:{section.key}", section.key, label=f"Edit {section.title}"
    )
    return kit.section("\n".join(line for line in lines if line), accessory=button)


def _reset(section: Section, facts: Facts) -> list[kit.Block]:
    """Only what was set can go back; nothing to tick while all is at its default."""
    own = [each for each in section.editors if each.is_own(facts)]
    options = [kit.option(each.label, each.setting.name) for each in own]
    if not options:
        return []
    boxes = kit.checkboxes(f"{SECTION}_{RESET}", options)
    hint = "What you tick goes back, whatever is chosen above."
    return [
        kit.divider(),
        kit.field(RESET, "Reset to default", boxes, hint=hint, is_optional=True),
    ]
