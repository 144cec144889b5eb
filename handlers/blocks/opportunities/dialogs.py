"""The small forms about one opportunity: whose it is, what belongs to it, putting it away."""

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, View
from handlers.blocks.opportunities import fields
from handlers.blocks.opportunities.cards import bold_line, name
from handlers.blocks.opportunities.details import attachment_link
from handlers.blocks.opportunities.fields import Filling
from handlers.blocks.opportunities.values import (
    ARCHIVE_FORM,
    ASSIGN_FORM,
    ATTACH_FORM,
    DETACH,
    DetachRef,
    Reader,
    RecordNote,
)
from handlers.blocks.text import count, shown
from services.opportunities import MOST_ATTACHMENTS, Attachment, Opportunity

FILE_HINT = "It stays in Slack. Colleagues open it once it is shared where they are too."


def assign_form(it: Opportunity, note: RecordNote, reader: Reader, told: str | None = None) -> View:
    """Whose it is from now on. `told`: what happened meanwhile, escaped."""
    present = shown(it.owner_name) if it.owner_name else "nobody"
    return kit.modal(
        f"Reassign #{it.number}",
        [
            *([kit.section(told)] if told else []),
            kit.section(f"{bold_line(it, reader)}\nOwner: {present}"),
            fields.owner(Filling(), None),
        ],
        callback_id=ASSIGN_FORM,
        submit="Reassign",
        metadata=forms.pack(note),
    )


def attach_form(it: Opportunity, note: RecordNote, address: str = "") -> View:
    """What belongs to it, each with the way to take it off, and what to add: a link or files."""
    room = MOST_ATTACHMENTS - len(it.attachments)
    adding = _adding(address, room) if room > 0 and not it.is_archived else []
    return kit.modal(
        f"Attach to #{it.number}",
        [
            kit.context(name(it)),
            *adding,
            *([kit.divider()] if adding and it.attachments else []),
            *_kept(it),
            *([] if adding else [kit.context(_full(it))]),
        ],
        callback_id=ATTACH_FORM,
        submit="Attach" if adding else None,
        metadata=forms.pack(note),
        close="Cancel" if adding else "Close",
    )


def archive_form(it: Opportunity, note: RecordNote, reader: Reader) -> View:
    """The question before it is put away."""
    words = (
        f"{bold_line(it, reader)}\n"
        "It leaves every list and total, and its cards say so. Nothing is deleted: "
        f"`/opp restore {it.number}` brings it back."
    )
    return kit.modal(
        f"Archive #{it.number}?",
        [kit.section(words)],
        callback_id=ARCHIVE_FORM,
        submit="Archive",
        metadata=forms.pack(note),
    )


def attached(it: Opportunity, number: int) -> str:
    """What came of it."""
    return f"{count(number, 'attachment', 'attachments')} added to {name(it)}."


def _adding(address: str, room: int) -> list[Block]:
    files = kit.file_input("files", most=room)
    return [
        kit.field(
            "url",
            "Link",
            kit.url_input("url", initial=address),
            hint="Like https://example.com/offer",
            is_optional=True,
        ),
        kit.field(
            "title",
            "Title",
            kit.text_input("title", placeholder="Offer, second version", most=255),
            is_optional=True,
        ),
        kit.field("files", "Files", files, hint=FILE_HINT, is_optional=True),
    ]


def _kept(it: Opportunity) -> list[Block]:
    return [_attachment(it, each) for each in it.attachments]


def _attachment(it: Opportunity, each: Attachment) -> Block:
    if it.is_archived:
        return kit.section(attachment_link(each))
    question = kit.confirm(
        "Remove this?", f"{each.title} is taken off #{it.number}.", "Remove", "Keep"
    )
    value = forms.pack(DetachRef.of(it, each.id))
    label = f"Remove {each.title}"
    button = kit.button("Remove", f"{DETACH}:{each.id}", value, confirm=question, label=label)
    return kit.section(attachment_link(each), accessory=button)


def _full(it: Opportunity) -> str:
    if it.is_archived:
        return "It is archived: nothing is added or taken off until it is restored."
    return f"{MOST_ATTACHMENTS} is the most there can be. Remove one to add another."
