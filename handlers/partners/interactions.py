"""`/partner log`: contacts with partners, from a command, a button, a shortcut or a message."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from handlers import forms
from handlers.blocks.kit import View
from handlers.blocks.partners import LOG, NEW_PREFIX
from handlers.blocks.partners import interactions as blocks
from handlers.blocks.partners.finding import found_note
from handlers.blocks.partners.interaction_values import (
    CONTACTS,
    LOG_FORM,
    PARTNER,
    PARTNER_FORM,
    PEOPLE,
    Draft,
    FormChoices,
    LogNote,
    LogRef,
    ParentNote,
    TimelineRef,
)
from handlers.once import once
from handlers.partners.creating import (
    form_metadata,
    partner_form,
    read_partner_form,
    warn_of_duplicates,
)
from handlers.partners.options import partner_options
from handlers.partners.reading import STALE
from handlers.partners.timeline import contact_reader, timeline_of
from handlers.routing import (
    Both,
    Command,
    Done,
    FieldValue,
    MessageRead,
    Open,
    Options,
    Press,
    Reply,
    Request,
    Return,
    Routes,
    Say,
    Show,
    Subcommand,
    Submit,
    Suggest,
    ViewState,
)
from services import interactions, partners, people
from services.configuration.catalogue import Choice
from services.db import Tx
from services.errors import Ambiguous, LikelyDuplicates, NotConfigured, NotFound
from services.interactions import LogInteraction, interaction_types, log_interaction
from services.partners import Partner
from services.text import PROSE, comparable

MOST_OPTIONS = 100


def routes() -> Routes:
    return Routes(
        presses={LOG: press_log, PARTNER: press_partner},
        submits={LOG_FORM: submit_interaction, PARTNER_FORM: submit_partner},
        suggests={PARTNER: suggest_partners, CONTACTS: suggest_contacts, PEOPLE: suggest_people},
    )


async def log_contact(request: Command) -> Reply:
    """The form, with the partner chosen when the words name one."""
    async with request.db.transaction(request.actor) as tx:
        preset, hint = await _preset(tx, request.words)
        view = await interaction_form(tx, request.place.channel_id, preset, hint=hint)
    return Open(view=view)


async def press_log(request: Press) -> Reply:
    ref = forms.unpack(LogRef, request.value)
    if ref is None:
        return Say(text=STALE)
    back = forms.unpack(TimelineRef, request.view.metadata) if request.view else None
    channel_id = back.channel_id if back else request.place.channel_id
    try:
        async with request.db.transaction(request.actor) as tx:
            preset = await partners.partner(tx, ref.id)
            view = await interaction_form(tx, channel_id, preset, type=ref.type, back=back)
    except NotFound:
        return Say(text=STALE)
    return Open(view=view)


async def press_partner(request: Press) -> Reply:
    """A partner was chosen: its contacts are offered from now on. One to create gets its form."""
    note = forms.unpack(LogNote, request.view.metadata) if request.view else None
    if request.view is None or note is None:
        return Say(text=STALE)
    if request.value.startswith(NEW_PREFIX):
        return await ask_for_partner(request, request.view, request.value)
    try:
        async with request.db.transaction(request.actor) as tx:
            chosen = await partners.partner(tx, UUID(request.value))
            return Show(view=await form_again(tx, note, chosen))
    except (NotFound, ValueError):
        return Done()


async def submit_interaction(request: Submit) -> Reply:
    """Log the contact and say so; the partner's cards are told anew by the outbox."""
    wanted = _partner_to_create(request.view)
    if wanted is not None:
        return await ask_for_partner(request, request.view, wanted)
    note = forms.unpack(LogNote, request.view.metadata) or LogNote()
    new = forms.read(LogInteraction, request.view.values, permalink=note.permalink)

    async def work(tx: Tx) -> Reply:
        done = await log_interaction(tx, new)
        return await answered(tx, request.view, note, blocks.logged(done, contact_reader(tx)), done)

    return await once(request, work)


async def submit_partner(request: Submit) -> Reply:
    """Create the partner and return to the contact with it chosen; what was typed there stays."""
    new = read_partner_form(request)
    parent = forms.unpack(ParentNote, form_metadata(request))
    if parent is None:
        return Say(text=STALE)

    async def work(tx: Tx) -> Reply:
        made = await partners.create_partner(tx, new)
        note = parent.note.model_copy(update={"turn": parent.note.turn + 1})
        return Return(view_id=parent.view_id, view=await form_again(tx, note, made))

    try:
        return await once(request, work)
    except LikelyDuplicates as likely:
        return await warn_of_duplicates(request, new, likely)


async def suggest_partners(request: Suggest) -> Reply:
    """Partners, and the offer to create the one that was typed."""
    async with request.db.transaction(request.actor) as tx:
        return Options(options=await partner_options(tx, request.query, may_create=True))


async def suggest_contacts(request: Suggest) -> Reply:
    """Those one talks to at the chosen partner, and what was typed as it is.

    Slack sends no values of other fields along: the partner is what the form carries.
    https://github.com/slackapi/bolt-js/issues/1146
    """
    note = forms.unpack(LogNote, request.view.metadata) if request.view else None
    names: list[str] = []
    if note is not None and note.partner_id is not None:
        async with request.db.transaction(request.actor) as tx:
            names = await interactions.known_contacts(tx, note.partner_id, request.query)
    typed = request.query.strip()
    if typed and all(comparable(name) != comparable(typed) for name in names):
        names = [typed, *names]
    return Options(options=[blocks.contact_option(name) for name in names[:MOST_OPTIONS]])


async def suggest_people(request: Suggest) -> Reply:
    """Active people by name, whoever asks first."""
    async with request.db.transaction(request.actor) as tx:
        known = await people.people(tx)
    wanted, mine = comparable(request.query), request.actor.user_id
    found = [each for each in known if wanted in comparable(each.name)]
    found.sort(key=lambda each: each.user_id != mine)
    options = [blocks.person_option(each.name, each.user_id) for each in found[:MOST_OPTIONS]]
    return Options(options=options)


async def interaction_form(
    tx: Tx,
    channel_id: str | None,
    preset: Partner | None = None,
    *,
    type: str | None = None,  # noqa: A002  # what it is called on the form
    hint: str = "",
    back: TimelineRef | None = None,
) -> View:
    """The form of a contact with what is known filled in. Needs `interactions.log`."""
    note = LogNote(channel_id=channel_id, type=type, back=back)
    draft = Draft(day=interactions.today(tx.now, tx.actor.time_zone), partner=preset, notice=hint)
    return await filled(tx, note, draft)


async def form_of_message(tx: Tx, message: MessageRead, text: str, preset: Partner | None) -> View:
    """The form of a contact with a message's text as its notes, at its moment. `text` is plain."""
    note = LogNote(
        channel_id=message.channel_id, permalink=message.permalink, is_cut=len(text) > PROSE
    )
    at = datetime.fromtimestamp(int(float(message.ts)), UTC).astimezone(tx.actor.time_zone)
    draft = Draft(
        day=at.date(),
        at=at.time().replace(second=0),
        partner=preset,
        notes=text[: PROSE - 1] + "…" if note.is_cut else text,
    )
    return await filled(tx, note, draft)


async def filled(tx: Tx, note: LogNote, draft: Draft) -> View:
    """Raises NotConfigured without types of contacts, NotAllowed."""
    if note.edits is None:
        tx.actor.require("interactions.log")
    types = await interaction_types(tx)
    if not types:
        raise NotConfigured("interaction types")
    kind = draft.type or note.type or await interactions.usual_type(tx)
    known = note.model_copy(update={"partner_id": draft.partner.id if draft.partner else None})
    return blocks.interaction_form(_choices(tx, types), known, replace(draft, type=kind))


async def form_again(tx: Tx, note: LogNote, chosen: Partner) -> View:
    """The same form with another partner: all other fields keep what is in them."""
    today = interactions.today(tx.now, tx.actor.time_zone)
    return await filled(tx, note, Draft(day=today, partner=chosen))


async def ask_for_partner(request: Request, view: ViewState, value: FieldValue) -> Reply:
    """The form of a new partner on top; it carries what the form below needs to come back."""
    note = forms.unpack(LogNote, view.metadata) or LogNote()
    name = str(value).removeprefix(NEW_PREFIX)
    parent = forms.pack(ParentNote(view_id=view.id, note=note))
    async with request.db.transaction(request.actor) as tx:
        return Open(view=await partner_form(tx, name, PARTNER_FORM, parent))


async def answered(
    tx: Tx, view: ViewState, note: LogNote, words: str, done: interactions.Interaction
) -> Reply:
    """The timeline below as it is now, or a private word with what may be done next."""
    if note.back is not None and view.previous_id is not None:
        return Return(view_id=view.previous_id, view=await timeline_of(tx, note.back))
    text, said = blocks.told(words, done, contact_reader(tx))
    return Both(first=Done(), then=Say(text=text, blocks=said, channel_id=note.channel_id))


def _partner_to_create(view: ViewState) -> str | None:
    chosen = view.values.get("partner_id")
    is_new = isinstance(chosen, str) and chosen.startswith(NEW_PREFIX)
    return chosen if is_new and isinstance(chosen, str) else None


def _choices(tx: Tx, types: Sequence[Choice]) -> FormChoices:
    actor = tx.actor
    may_promise = actor.user_id is not None and actor.may("tasks.create", actor.user_id)
    me = (actor.name, actor.user_id) if may_promise and actor.user_id else None
    return FormChoices(types=types, me=me, may_give=actor.may("tasks.create"))


async def _preset(tx: Tx, words: str) -> tuple[Partner | None, str]:
    """The partner the words name and what is to be known of it, or why none is chosen."""
    if not words.strip():
        return None, ""
    try:
        found = await partners.look_up(tx, words)
        return found.partner, found_note(found)
    except NotFound:
        return None, blocks.unknown_hint(words)
    except Ambiguous as several:
        return None, blocks.ambiguous_hint(words, several.candidates)


SUBCOMMANDS = (
    Subcommand(
        name="log",
        usage="[partner]",
        summary="Log a meeting, a call, an e-mail or an event",
        handler=log_contact,
        permission="interactions.log",
    ),
)
