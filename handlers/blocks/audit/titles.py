"""What the settings' menu calls each setting, so that the log says the same."""

from collections.abc import Iterator

from handlers.blocks.settings import SECTIONS
from handlers.blocks.settings.section import Section


def title_of(setting: str) -> str | None:
    """`Working time: quiet hours` for `organization.quiet_hours`; None when no section has it."""
    return {**dict(_beside()), **dict(_edited())}.get(setting)


def _edited() -> Iterator[tuple[str, str]]:
    for section in SECTIONS:
        if section.listing is not None:
            yield section.listing.setting.name, section.title
        for each in section.editors:
            yield each.setting.name, _title(section, each.label)
        for part in section.parts:
            yield from _in_part(section, part)


def _in_part(section: Section, part: Section) -> Iterator[tuple[str, str]]:
    """What several parts share goes by the name of the whole."""
    for each in part.editors:
        is_shared = each.label == part.title
        yield each.setting.name, section.title if is_shared else _title(part, each.label)


def _beside() -> Iterator[tuple[str, str]]:
    """Where a section edits records of its own making, what it reads is what it changes."""
    for section in SECTIONS:
        if section.listing is None and not section.editors:
            yield from ((each.name, section.title) for each in section.also_reads)


def _title(section: Section, label: str) -> str:
    if len(section.editors) == 1 or label == section.title:
        return section.title
    return f"{section.title}: {label[0].lower()}{label[1:]}"
