"""Contacts with a partner: their form, what is said when one is logged, changed or deleted."""

from collections.abc import Sequence
from datetime import datetime, time

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element, View
from handlers.blocks.partners.forms import OPTION_VALUE, partner_option
from handlers.blocks.partners.interaction_values import (
    ACT,
    CONTACTS,
    DELETE_FORM,
    EDIT_FORM,
    LOG_FORM,
    PARTNER,
    PEOPLE,
    Act,
    ActRef,
    ContactReader,
    DeleteNote,
    Draft,
    FormChoices,
    LogNote,
)
from handlers.blocks.partners.values import Reader, one_line, short
from handlers.blocks.text import (
    count,
    cut,
    day,
    day_token,
    escape,
    isolated,
    link,
    moment_token,
    shown,
)
from services.interactions import Interaction, NextStep
from services.text import LINE, PROSE

Shown = tuple[str, list[Block]]
NOTES_SHOWN = 300
_NOON = time(12)
_CHUNK = 550
"""Characters of notes in one section: each may become five when it is escaped."""


def interaction_form(choices: FormChoices, note: LogNote, draft: Draft) -> View:
    """The form of a contact: what most people choose is filled in, so that a submit is enough. Made
    again with another partner it keeps what was typed: every field but the partner's keeps its ids.
    """
    is_edit = note.edits is not None
    return kit.modal(
        "Edit interaction" if is_edit else "Log interaction",
        [
            *_above(note, draft),
            _partner(note, draft),
            _type(choices, draft),
            _date(draft),
            kit.field(
                "interaction_time",
                "Time",
                kit.time_picker("interaction_time", initial=_minute(draft.at)),
                hint="Without one it is now for today, noon for another day",
                is_optional=True,
            ),
            kit.field("with_whom", "With whom", _contacts(draft.contacts), is_optional=True),
            kit.field("description", "Notes", _notes(draft.notes), is_optional=True),
            *_next_step(choices, draft),
        ],
        callback_id=EDIT_FORM if is_edit else LOG_FORM,
        submit=("Save anyway" if draft.notice else "Save") if is_edit else "Log",
        metadata=forms.pack(note),
    )


def contact_option(name: str) -> Element:
    """One of those who were met; its value is the name."""
    value = cut(one_line(name.encode(errors="replace").decode()) or "-", OPTION_VALUE)
    return kit.option(isolated(value), value)


def person_option(name: str, user_id: object) -> Element:
    return kit.option(isolated(name), str(user_id))


def logged(done: Interaction, reader: Reader) -> str:
    """`Meeting with Globex on Wed 18 Nov is logged.`"""
    return f"{_named(done, reader)} is logged."


def told(words: str, it: Interaction, reader: ContactReader) -> Shown:
    """What was done, what comes next, and the controls for who may change it."""
    lines = [words, *(step(each, reader) for each in it.next_steps)]
    controls = [_act_button("Edit", "edit", it), _delete_menu(it)]
    may_edit = reader.may_edit(it.author_id)
    return words, [kit.section("\n".join(lines)), *([kit.actions(*controls)] if may_edit else [])]


def changed(it: Interaction, reader: Reader) -> str:
    return f"{_named(it, reader)} is changed."


def deleted(it: Interaction, reader: Reader) -> str:
    kept = sum(each.is_open for each in it.next_steps)
    words = count(kept, "task promised in it stays open", "tasks promised in it stay open")
    stays = f" {words}." if kept else ""
    return f"{_named(it, reader)} is deleted.{stays}"


def changed_meanwhile(by: str | None, it: Interaction, reader: Reader) -> str:
    """Above the form: what it reads now, so that nothing is overwritten unseen."""
    notes = f": {shown(' '.join(it.description.split()), 200)}" if it.description else ""
    who = short(by) if by else "Somebody else"
    return (
        f"{who} has changed this interaction meanwhile. It reads now: "
        f"{headline(it, reader)}{notes}\n"
        "Nothing was saved. *Save anyway* puts what you typed in its place."
    )


def delete_form(it: Interaction, note: DeleteNote, reader: Reader) -> View:
    """The question whether to delete it, naming it."""
    stays = "\nTasks promised in it stay." if it.next_steps else ""
    return kit.modal(
        "Delete interaction",
        [
            kit.section(
                f"{_named(it, reader)}, logged by {short(it.by)}, is deleted for good.{stays}"
            ),
            *_notes_of(it, NOTES_SHOWN),
        ],
        callback_id=DELETE_FORM,
        submit="Delete",
        metadata=forms.pack(note),
    )


def whole(it: Interaction, reader: Reader) -> View:
    """Everything that was noted, to read."""
    steps = [kit.section("\n".join(step(each, reader) for each in it.next_steps))]
    return kit.modal(
        "Interaction",
        [
            kit.section(headline(it, reader)),
            *_notes_of(it, PROSE),
            *(steps if it.next_steps else []),
            *([kit.context(link(it.permalink, "The message"))] if it.permalink else []),
        ],
        callback_id=ACT,
        close="Close",
    )


def headline(it: Interaction, reader: Reader) -> str:
    """`*Meeting* · Wed 18 Nov · with Hank · Ron Rep`, as Slack shows dates to each reader."""
    parts = [f"*{short(it.type_label)}*", when(it.at, reader)]
    if it.contact_name:
        parts.append(f"with {short(it.contact_name, 120)}")
    return " · ".join([*parts, short(it.by)])


def when(at: datetime, reader: Reader) -> str:
    """A day logged without a time is noon: then the day alone is told."""
    local = at.astimezone(reader.zone)
    is_day = local.time() == _NOON
    return day_token(local.date()) if is_day else moment_token(at)


def step(it: NextStep, reader: Reader) -> str:
    """`Next: Send the quote · Olga Rep · by Fri 27 Nov (overdue)`."""
    due = f"by {day_token(it.due_date)}" if it.due_date else "no date"
    if it.status == "completed":
        state = "done"
    elif it.status == "cancelled":
        state = "dropped"
    else:
        state = f"{due} (overdue)" if it.is_overdue(reader.today) else due
    return f"Next: {short(it.title, 200)} · {short(it.who)} · {state}"


def unknown_hint(words: str) -> str:
    """Why the form of a contact has no partner chosen: nobody is called so."""
    return f"I know no partner “{short(words)}”. Choose one, or type its name there to add it."


def ambiguous_hint(words: str, candidates: Sequence[str]) -> str:
    """Why the form of a contact has no partner chosen: several are called so."""
    names = ", ".join(short(each) for each in candidates)
    return f"Several partners fit “{short(words)}”: {names}. Choose one."


def _named(it: Interaction, reader: Reader) -> str:
    on = day(it.at.astimezone(reader.zone).date(), reader.locale, reader.today)
    return f"{escape(it.type_label)} with {shown(it.partner_name)} on {on}"


def _above(note: LogNote, draft: Draft) -> list[Block]:
    told = [kit.section(draft.notice)] if draft.notice and note.edits else []
    told += [kit.context(draft.notice)] if draft.notice and not note.edits else []
    if note.permalink and note.edits is None:
        first = f" Only its first {PROSE:,} characters fit." if note.is_cut else ""
        message = link(note.permalink, "a message")
        told.append(kit.context(f"From {message}, whose link is kept for all who see it.{first}"))
    if draft.steps:
        told.append(kit.context("\n".join(draft.steps)))
    return told


def _partner(note: LogNote, draft: Draft) -> Block:
    suffix = f"~{note.turn}" if note.turn > 1 else ""
    chosen = partner_option(draft.partner) if draft.partner else None
    names = kit.type_ahead(f"{PARTNER}{suffix}", "Type a part of the name", chosen=chosen)
    return kit.field("partner_id", "Partner", names, tells_at_once=True)


def _type(choices: FormChoices, draft: Draft) -> Block:
    options = {choice.key: kit.option(choice.label, choice.key) for choice in choices.types}
    if draft.type is not None and draft.type not in options:
        options[draft.type] = kit.option(draft.type, draft.type)
    usual = options.get("meeting") or next(iter(options.values()))
    chosen = options.get(draft.type or "", usual)
    element = kit.select("interaction_type", "Choose", list(options.values()), chosen=chosen)
    return kit.field("interaction_type", "Type", element)


def _date(draft: Draft) -> Block:
    picker = kit.date_picker("interaction_date", initial=draft.day.isoformat())
    return kit.field("interaction_date", "Date", picker)


def _minute(at: time | None) -> str | None:
    return at.strftime("%H:%M") if at else None


def _contacts(names: Sequence[str]) -> Element:
    chosen = [contact_option(name) for name in names]
    return kit.multi_type_ahead(CONTACTS, "Choose contacts, or type a name", chosen=chosen)


def _notes(initial: str) -> Element:
    return kit.text_input(
        "description", initial=initial, is_long=True, placeholder="What was said, what was agreed"
    )


def _next_step(choices: FormChoices, draft: Draft) -> list[Block]:
    if choices.me is None:
        return []
    label = "One more next step" if draft.steps else "Next step"
    what = kit.text_input("next_step", placeholder="Send the quote", most=LINE)
    mine = person_option(*choices.me)
    who = kit.type_ahead(PEOPLE, "Type a part of the name", chosen=mine)
    given = [kit.field("next_user_id", "Who", who, is_optional=True)] if choices.may_give else []
    return [
        kit.divider(),
        kit.field("next_step", label, what, hint="Becomes a task", is_optional=True),
        kit.field("next_due", "By when", kit.date_picker("next_due"), is_optional=True),
        *given,
    ]


def _act_button(words: str, do: Act, it: Interaction) -> Element:
    return kit.button(words, f"{ACT}:{do}", forms.pack(ActRef(do=do, id=it.id)))


def _delete_menu(it: Interaction) -> Element:
    option = kit.option("Delete interaction", forms.pack(ActRef(do="delete", id=it.id)))
    return kit.overflow(f"{ACT}:menu", [option])


def _notes_of(it: Interaction, most: int) -> list[Block]:
    notes = cut(it.description or "", most)
    chunks = [notes[at : at + _CHUNK] for at in range(0, len(notes), _CHUNK)]
    return [kit.section(escape(isolated(each))) for each in chunks if each.strip()]
