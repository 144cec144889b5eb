"""`/partner`: new partners, contacts with them, their cards and lists."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from rapidfuzz.distance import OSA

from handlers import forms
from handlers.blocks import partners as blocks
from handlers.blocks.kit import Element, View
from handlers.blocks.partners import FormNote, LogNote, NameRef, PageRef, PartnerRef, Reader
from handlers.blocks.sharing import not_shared
from handlers.notices import Message, Renderer, Settled
from handlers.once import once
from handlers.routing import (
    Both,
    Command,
    Done,
    Open,
    Options,
    Press,
    Replace,
    Reply,
    Request,
    Routes,
    Say,
    Show,
    SlashCommand,
    Subcommand,
    Submit,
    Suggest,
)
from services import configuration, outbox, partners
from services.configuration.catalogue import TIME_ZONE, Choice
from services.db import Tx
from services.errors import Ambiguous, LikelyDuplicates, NotConfigured, NotFound
from services.interactions import LogInteraction, interaction_types, latest, log_interaction, today
from services.outbox import Dead, Delivery, Outcome
from services.partners import CreatePartner, ListPartners, Partner
from services.sharing import CardNotice, RefusedNotice, tell_refused
from services.text import comparable
from services.values import UTC
from services.zones import zone_named

MOST_OPTIONS = 100
NEAR = 0.6
"""Similarity from which what was typed may be a typo of a partner's name."""
MOST_CHOICES = 5
STALE = "This button is from an older message. `/partner list` shows the partners as they are now."
NOT_HERE = "I can share a card in a channel only. Use `/partner show` in the channel."


def routes() -> Routes:
    return Routes(
        commands=(COMMAND,),
        presses={
            blocks.NEW: press_new,
            blocks.LOG: press_log,
            blocks.SHOW: press_show,
            blocks.SHARE: press_share,
            blocks.PAGE: press_page,
        },
        submits={blocks.CREATE_FORM: submit_partner, blocks.LOG_FORM: submit_interaction},
        suggests={blocks.SUGGEST: suggest_partners},
    )


async def new_partner(request: Command) -> Reply:
    """The form, with the name already typed."""
    return await _open_partner_form(request, request.words)


async def press_new(request: Press) -> Reply:
    ref = forms.unpack(NameRef, request.value)
    return await _open_partner_form(request, ref.name if ref else "")


async def submit_partner(request: Submit) -> Reply:
    """Create the partner and show its card; look-alikes are shown first, on the form."""
    new = read_partner_form(request)
    note = _note(request)

    async def work(tx: Tx) -> Reply:
        made = await partners.create_partner(tx, new)
        text, shown = await _card(tx, made.id)
        return Both(first=Done(), then=Say(text=text, blocks=shown, channel_id=note.channel_id))

    try:
        return await once(request, work)
    except LikelyDuplicates as likely:
        return await warn_of_duplicates(request, new, likely)


async def log_contact(request: Command) -> Reply:
    """The form, with the partner chosen when the words name one."""
    async with request.db.transaction(request.actor) as tx:
        preset, hint = await _preset(tx, request.words)
        view = await _interaction_form(tx, request.place.channel_id, preset, hint)
    return Open(view=view)


async def press_log(request: Press) -> Reply:
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            preset = await partners.partner(tx, ref.id)
            view = await _interaction_form(tx, request.place.channel_id, preset)
    except NotFound:
        return Say(text=STALE)
    return Open(view=view)


async def submit_interaction(request: Submit) -> Reply:
    """Log the contact and say so; the partner's cards are told anew by the outbox."""
    new = forms.read(LogInteraction, request.view.values)
    note = forms.unpack(LogNote, request.view.metadata) or LogNote()

    async def work(tx: Tx) -> Reply:
        done = await log_interaction(tx, new)
        text = blocks.logged(done, _reader(tx))
        return Both(first=Done(), then=Say(text=text, channel_id=note.channel_id))

    return await once(request, work)


async def show_partner(request: Command) -> Reply:
    """The card of the partner the words name; the list when there are none."""
    if not request.words.strip():
        return await list_partners(request)
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _found(tx, request.words)
    return Say(text=text, blocks=shown)


async def press_show(request: Press) -> Reply:
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    try:
        async with request.db.transaction(request.actor) as tx:
            text, shown = await _card(tx, ref.id)
    except NotFound:
        return Say(text=STALE)
    return Say(text=text, blocks=shown)


async def press_share(request: Press) -> Reply:
    """Post the card in this channel; the private one gives way to it."""
    ref = forms.unpack(PartnerRef, request.value)
    if ref is None:
        return Say(text=STALE)
    channel_id = request.place.channel_id
    if channel_id is None or channel_id.startswith("D"):
        return Say(text=NOT_HERE)
    place = outbox.Place(request.place.workspace_id, channel_id)

    async def work(tx: Tx) -> Reply:
        shared = await partners.share_partner(tx, ref.id, place)
        return Replace(text=blocks.sharing(shared.record, is_new=shared.is_new))

    try:
        return await once(request, work)
    except NotFound:
        return Say(text=STALE)


async def list_partners(request: Command) -> Reply:
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _listing(tx, await partners.read_list(tx, request.words))
    return Say(text=text, blocks=shown)


async def press_page(request: Press) -> Reply:
    ref = forms.unpack(PageRef, request.value)
    if ref is None:
        return Say(text=STALE)
    async with request.db.transaction(request.actor) as tx:
        text, shown = await _listing(tx, ref.wanted)
    return Replace(text=text, blocks=shown)


async def suggest_partners(request: Suggest) -> Reply:
    """Partners for a form that takes only those there are."""
    async with request.db.transaction(request.actor) as tx:
        return Options(options=await partner_options(tx, request.query, may_create=False))


async def partner_options(tx: Tx, query: str, *, may_create: bool) -> list[Element]:
    """Partners the query may mean, best first. With `may_create`, one option is `new:` and the
    typed name (cut to what an option carries), unless a partner is called exactly so: the last
    one, or the first where no name is near, so that Enter does not choose somebody else.
    """
    found = await partners.suggest(tx, query, MOST_OPTIONS)
    options = [blocks.partner_option(each) for each in found]
    wanted = may_create and query.strip() and tx.actor.may("partners.create")
    if not wanted or any(each.is_called(query) for each in found):
        return options
    new, others = blocks.new_option(query), options[: MOST_OPTIONS - 1]
    return [*others, new] if any(_is_near(query, each) for each in found) else [new, *others]


def _is_near(query: str, partner: Partner) -> bool:
    typed, name = comparable(query), comparable(partner.name)
    return typed in name or OSA.normalized_similarity(typed, name) >= NEAR


async def partner_form(tx: Tx, name: str, callback_id: str, metadata: str = "") -> View:
    """The form of a new partner for another feature's modal to push: it submits to
    `callback_id`, and `form_metadata` gives `metadata` back. Needs `partners.create`.
    """
    tx.actor.require("partners.create")
    note = FormNote(more=metadata)
    return blocks.partner_form(await _domains(tx), note, callback_id=callback_id, name=name)


def read_partner_form(submit: Submit) -> CreatePartner:
    """What was submitted, with the look-alikes its sender was shown. Raises InvalidInput."""
    return forms.read(CreatePartner, submit.view.values, seen=_note(submit).seen)


def form_metadata(submit: Submit) -> str:
    """What `partner_form` was given to carry."""
    return _note(submit).more


async def warn_of_duplicates(submit: Submit, new: CreatePartner, likely: LikelyDuplicates) -> Show:
    """The same form with the look-alikes it found and a way to save it anyway."""
    note = _note(submit)
    seen = tuple(dict.fromkeys((*note.seen, *likely.found)))
    async with submit.db.transaction(submit.actor) as tx:
        choices = await _domains(tx)
    return Show(
        view=blocks.partner_form(
            choices,
            note.model_copy(update={"seen": seen}),
            callback_id=submit.view.callback_id,
            typed=new,
            alike=list(likely.found.values()),
        )
    )


async def _open_partner_form(request: Request, name: str) -> Reply:
    note = FormNote(channel_id=request.place.channel_id)
    async with request.db.transaction(request.actor) as tx:
        tx.actor.require("partners.create")
        choices = await _domains(tx)
    return Open(view=blocks.partner_form(choices, note, name=name))


async def _interaction_form(
    tx: Tx, channel_id: str | None, preset: Partner | None, hint: str = ""
) -> View:
    tx.actor.require("interactions.log")
    types = await interaction_types(tx)
    if not types:
        raise NotConfigured("interaction types")
    note = LogNote(channel_id=channel_id)
    return blocks.interaction_form(types, note, today(tx.now, tx.actor.time_zone), preset, hint)


async def _domains(tx: Tx) -> tuple[Choice, ...]:
    choices = await partners.domains(tx)
    if not choices:
        raise NotConfigured("partner domains")
    return choices


async def _preset(tx: Tx, words: str) -> tuple[Partner | None, str]:
    """The partner the words name, or a word on why none is chosen."""
    if not words.strip():
        return None, ""
    try:
        return await partners.find_partner(tx, words), ""
    except NotFound:
        return None, blocks.unknown_hint(words)
    except Ambiguous as several:
        return None, blocks.ambiguous_hint(words, several.candidates)


async def _found(tx: Tx, words: str) -> blocks.Shown:
    try:
        found = await partners.find_partner(tx, words)
    except NotFound:
        return blocks.unknown(words, _reader(tx))
    except Ambiguous:
        fitting = await partners.list_partners(tx, ListPartners(words=words))
        return blocks.choose(words, fitting.rows[:MOST_CHOICES], _reader(tx))
    return await _card(tx, found.id)


async def _card(tx: Tx, partner_id: UUID) -> blocks.Shown:
    seen = await partners.overview(tx, partner_id)
    return blocks.card(seen, await latest(tx, partner_id), _reader(tx))


async def _listing(tx: Tx, wanted: ListPartners) -> blocks.Shown:
    page = await partners.list_partners(tx, wanted)
    contacts = await partners.last_contacts(tx, [each.id for each in page.rows])
    labels = {choice.key: choice.label for choice in await partners.domains(tx)}
    label = labels.get(wanted.domain, wanted.domain) if wanted.domain else None
    return blocks.listing(page, wanted, contacts, label, _reader(tx))


def _reader(tx: Tx) -> Reader:
    actor = tx.actor
    return Reader(
        locale=actor.locale,
        zone=actor.time_zone,
        now=tx.now,
        may_log=actor.may("interactions.log"),
        may_share=actor.may(partners.SHARE),
        may_create=actor.may("partners.create"),
    )


def _note(submit: Submit) -> FormNote:
    return forms.unpack(FormNote, submit.view.metadata) or FormNote()


async def _render_card(tx: Tx, delivery: Delivery) -> Message | None:
    notice = CardNotice.model_validate(delivery.payload)
    zone = zone_named(await configuration.get(tx, TIME_ZONE)) or UTC
    seen = await partners.overview(tx, notice.id)
    recent = await latest(tx, notice.id)
    return Message(*blocks.shared_card(seen, recent, replace(_reader(tx), zone=zone)))


async def _render_refused(tx: Tx, delivery: Delivery) -> Message | None:
    notice = RefusedNotice.model_validate(delivery.payload)
    found = await partners.partner(tx, notice.id)
    return Message(*not_shared(found.name, notice.channel_id, notice.reason))


async def _card_settled(tx: Tx, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Dead):
        await tell_refused(tx, delivery, partners.NOT_SHARED, outcome.why)


COMMAND = SlashCommand(
    name="/partner",
    summary="Partners and the contact with them",
    usage_hint="new | log | show | list",
    subcommands=(
        Subcommand(
            name="new",
            usage="[name]",
            summary="Add a partner",
            handler=new_partner,
            permission="partners.create",
        ),
        Subcommand(
            name="log",
            usage="[partner]",
            summary="Log a meeting, a call, an e-mail or an event",
            handler=log_contact,
            permission="interactions.log",
        ),
        Subcommand(
            name="show",
            usage="partner",
            summary="One partner: health, last contact, open opportunities",
            handler=show_partner,
            permission="partners.view",
        ),
        Subcommand(
            name="list",
            usage="[words | domain]",
            summary="All partners, or those of a domain or a name",
            handler=list_partners,
            permission="partners.view",
        ),
    ),
)
NOTICES: Mapping[str, Renderer] = {
    partners.CARD: _render_card,
    partners.NOT_SHARED: _render_refused,
}
SETTLED: Mapping[str, Settled] = {partners.CARD: _card_settled}
