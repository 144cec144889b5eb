from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from services.db import Database, Tx
from services.errors import (
    Archived,
    Difference,
    EditedMeanwhile,
    InvalidInput,
    NotAllowed,
    NotFound,
    Problem,
    UndoRefusal,
    UndoRefused,
)
from services.opportunities import (
    ASSIGNED,
    MOST_ATTACHMENTS,
    Contact,
    Edited,
    EditOpportunity,
    Moved,
    MoveOpportunity,
    NewFile,
    NewLink,
    Opportunity,
    archive,
    attach,
    changes,
    detach,
    edit_opportunity,
    find_opportunity,
    history,
    move_opportunity,
    reassign,
    restore,
    undo_move,
)
from services.tables import AuditEntry, OpportunityChange, Outbox
from services.values import Actor
from tests.factories import Company, FixedClock
from tests.services.test_opportunities import (
    a_deal,
    a_partner,
    moved,
    reached_deals_channel,
    with_permissions,
)

NOBODY = "00000000-0000-4000-8000-000000000000"


async def edited(db: Database, actor: Actor, it: Opportunity, **fields: object) -> Edited:
    given = {"number": it.number, "expected_version": it.version} | fields
    async with db.transaction(actor) as tx:
        return await edit_opportunity(tx, EditOpportunity.model_validate(given))


async def undone(db: Database, actor: Actor, done: Moved) -> Moved:
    async with db.transaction(actor) as tx:
        return await undo_move(tx, done.opportunity.number, done.opportunity.version)


async def as_seen(db: Database, actor: Actor, number: int) -> Opportunity:
    async with db.transaction(actor) as tx:
        return await find_opportunity(tx, number)


async def test_an_edit_changes_what_is_given_with_a_line_for_each_field_at_one_moment(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await reached_deals_channel(db, acme)
    made = await a_deal(db, acme, contact_name="Hank", notes="Old")
    globex = await a_partner(db, acme, "Globex")
    clock.advance(timedelta(hours=1))

    done = await edited(
        db,
        acme.rep,
        made,
        deal_value="52000.50",
        partner_id=str(globex),
        expected_close_date="2027-01-31",
        contact_email="hank@initech.example",
        notes=None,
    )

    now = done.opportunity
    assert (now.value, now.partner_name) == (Decimal("52000.50"), "Globex")
    assert (now.expected_close_date, now.notes) == (date(2027, 1, 31), None)
    assert now.contact == Contact(name="Hank", email="hank@initech.example")
    assert (now.customer_name, now.stage_since) == (made.customer_name, made.stage_since)
    async with db.transaction(acme.admin) as tx:
        lines = list(await tx.session.scalars(select(OpportunityChange)))
        told = await changes(tx, made.id)
        methods = list(await tx.session.scalars(select(Outbox.method)))
    assert {line.field for line in lines} == set(done.changed)
    assert {line.changed_at for line in lines} == {clock.now()}
    assert {"Old", "Hank"}.isdisjoint(line.from_value for line in lines)
    assert ("partner_id", made.partner_name, "Globex") in {
        (each.field, each.before, each.after) for each in told
    }
    assert sorted(methods) == ["chat.postMessage", "chat.update"]


async def test_saying_what_is_so_already_changes_nothing(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)

    done = await edited(db, acme.rep, made, deal_value="48000", probability=10)

    assert (done.changed, done.opportunity.version) == ((), made.version)
    assert not done.opportunity.probability_is_manual


async def test_a_probability_by_hand_follows_the_stage_again_when_it_is_taken_away(
    db: Database, acme: Company
) -> None:
    made = await a_deal(db, acme)

    by_hand = (await edited(db, acme.rep, made, probability=35)).opportunity
    followed = (await edited(db, acme.rep, by_hand, probability=None)).opportunity

    assert (by_hand.probability, by_hand.probability_is_manual) == (35, True)
    assert (followed.probability, followed.probability_is_manual) == (10, False)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("expected_close_date", "2026-11-17", Problem.DATE_IN_PAST),
        ("expected_close_date", "2036-11-19", Problem.DATE_TOO_FAR),
        ("currency", "XXX", Problem.UNKNOWN_CURRENCY),
        ("partner_id", NOBODY, Problem.UNKNOWN_PARTNER),
        ("assigned_user_id", NOBODY, Problem.UNKNOWN_PERSON),
        ("actual_close_date", "2026-11-01", Problem.ONLY_WON),
    ],
)
async def test_an_edit_is_refused_at_its_field(
    db: Database, acme: Company, name: str, value: str, problem: Problem
) -> None:
    made = await a_deal(db, acme)

    with pytest.raises(InvalidInput) as refused:
        await edited(db, acme.rep, made, **{name: value})

    assert {key: each.problem for key, each in refused.value.problems.items()} == {name: problem}


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("expected_close_date", "0001-01-01", Problem.DATE_TOO_FAR),
        ("expected_close_date", "9999-12-31", Problem.DATE_TOO_FAR),
        ("expected_close_date", None, "date_type"),
        ("deal_value", "1.001", Problem.TOO_MANY_DECIMALS),
        ("deal_value", "-1", Problem.NEGATIVE),
        ("deal_value", "123456789012345", Problem.TOO_LARGE),
        ("deal_value", None, "decimal_type"),
        ("customer_name", " ", Problem.REQUIRED),
        ("contact_email", "hank", Problem.NOT_AN_EMAIL),
        ("term_months", 0, "greater_than_equal"),
        ("term_months", 121, "less_than_equal"),
        ("probability", 101, "less_than_equal"),
    ],
)
def test_a_field_cannot_be_edited_to_what_cannot_be_kept(
    name: str, value: object, problem: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        EditOpportunity.model_validate({"number": 1, "expected_version": 1, name: value})

    assert [(each["loc"], each["type"]) for each in refused.value.errors()] == [((name,), problem)]


async def test_a_close_date_that_has_passed_stops_no_other_edit(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme)
    clock.advance(timedelta(days=60))

    done = await edited(
        db, acme.rep, made, deal_value="1", expected_close_date=str(made.expected_close_date)
    )

    assert done.changed == ("deal_value",)


async def test_the_day_of_a_win_can_be_corrected_to_an_earlier_one(
    db: Database, acme: Company
) -> None:
    made = await a_deal(db, acme)
    won = (await moved(db, acme.rep, made.number, "won")).opportunity

    with pytest.raises(InvalidInput) as later:
        await edited(db, acme.rep, won, actual_close_date="2026-11-19")
    with pytest.raises(InvalidInput) as likely:
        await edited(db, acme.rep, won, probability=50)
    done = await edited(db, acme.rep, won, actual_close_date="2026-11-13")

    assert later.value.problems["actual_close_date"].problem == Problem.DATE_IN_FUTURE
    assert likely.value.problems["probability"].problem == Problem.ONLY_OPEN
    assert done.opportunity.actual_close_date == date(2026, 11, 13)


async def test_the_second_editor_of_a_field_is_told_what_changed_and_by_whom(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    seen = await a_deal(db, acme)
    first = await edited(db, acme.manager, seen, deal_value="52000")
    clock.advance(timedelta(minutes=2))

    with pytest.raises(EditedMeanwhile) as told:
        await edited(db, acme.rep, seen, currency="USD", notes="Mine")

    assert told.value.differences == (Difference("deal_value", "48000.00", "52000.00"),)
    assert (told.value.by, told.value.seconds_ago) == ("Mia Manager", 120)
    assert told.value.version == first.opportunity.version
    now = await as_seen(db, acme.rep, seen.number)
    assert (now.value, now.currency, now.notes) == (Decimal(52000), "EUR", None)


async def test_edits_of_different_fields_both_count_and_the_second_is_told_of_the_first(
    db: Database, acme: Company
) -> None:
    seen = await a_deal(db, acme)
    await edited(db, acme.manager, seen, assigned_user_id=str(acme.other_rep.user_id))

    done = await edited(db, acme.manager, seen, notes="Call them")

    assert (done.opportunity.owner_name, done.opportunity.notes) == ("Olga Rep", "Call them")
    assert done.meanwhile == (Difference("assigned_user_id", "Ron Rep", "Olga Rep"),)


async def test_a_probability_is_not_set_for_a_stage_that_was_left_meanwhile(
    db: Database, acme: Company
) -> None:
    seen = await a_deal(db, acme)
    await moved(db, acme.manager, seen.number, "proposal")

    with pytest.raises(EditedMeanwhile) as told:
        await edited(db, acme.rep, seen, probability=35)

    assert Difference("stage", "Prospecting", "Proposal") in told.value.differences


async def test_who_gets_an_opportunity_is_told_unless_they_took_it(
    db: Database, acme: Company
) -> None:
    made = await a_deal(db, acme)

    async with db.transaction(acme.rep) as tx:
        given = await reassign(tx, made.number, acme.other_rep.user_id, made.version)
    async with db.transaction(acme.manager) as tx:
        version = given.opportunity.version
        taken = await reassign(tx, made.number, acme.manager.user_id, version)
        nobodys = await reassign(tx, made.number, None, taken.opportunity.version)

    assert given.opportunity.owner_name == "Olga Rep"
    assert (taken.opportunity.owner_name, nobodys.opportunity.owner_id) == ("Mia Manager", None)
    async with db.transaction(acme.admin) as tx:
        told = list(await tx.session.scalars(select(Outbox).where(Outbox.kind == ASSIGNED)))
        notes = await tx.session.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "opportunity.reassigned")
        )
        given_to = [each["to"] for each in notes]
    assert [(each.lane, each.payload["by"]) for each in told] == [("U0OLGA", "Ron Rep")]
    assert sorted(map(str, given_to)) == sorted(
        [str(acme.other_rep.user_id), str(acme.manager.user_id), "None"]
    )


async def test_editing_and_giving_away_are_allowed_apart(db: Database, acme: Company) -> None:
    made = await a_deal(db, acme)
    editor = with_permissions(acme.rep, "opportunities.view", "opportunities.edit")

    with pytest.raises(NotAllowed) as refused:
        await edited(db, editor, made, notes="Mine", assigned_user_id=str(acme.rep.user_id))

    assert refused.value.permission == "opportunities.reassign"


async def test_an_undone_move_leaves_everything_as_it_was_but_the_history(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme, probability=35)
    clock.advance(timedelta(days=20))
    done = await moved(db, acme.rep, made.number, "won")
    clock.advance(timedelta(minutes=10))
    can_until = (await as_seen(db, acme.rep, made.number)).undo_until

    back = (await undone(db, acme.rep, done)).opportunity

    kept = ("stage", "status", "probability", "probability_is_manual", "actual_close_date")
    assert [getattr(back, name) for name in kept] == [getattr(made, name) for name in kept]
    assert (back.stage_since, back.days_in_stage) == (made.stage_since, 20)
    assert (can_until, back.undo_until) == (clock.now(), None)
    async with db.transaction(acme.rep) as tx:
        stays = await history(tx, made.id)
    assert [(stay.stage_label, stay.reason) for stay in stays] == [
        ("Prospecting", None),
        ("Won", None),
        ("Prospecting", "Undone"),
    ]
    with pytest.raises(UndoRefused):
        await undone(db, acme.rep, Moved(back, None, done.to_stage, is_change=True))


async def nothing(_tx: Tx, _it: Opportunity) -> None: ...


async def attach_a_link(tx: Tx, it: Opportunity) -> None:
    await attach(tx, it.number, NewLink(url="https://example.com/offer"))


async def move_on(tx: Tx, it: Opportunity) -> None:
    await move_opportunity(tx, MoveOpportunity(number=it.number, to_stage="negotiation"))


@pytest.mark.parametrize(
    ("since", "waited", "by", "reason", "told"),
    [
        (nothing, 11, "rep", UndoRefusal.TOO_LATE, None),
        (nothing, 1, "manager", UndoRefusal.NOT_YOURS, "Ron Rep"),
        (attach_a_link, 1, "rep", UndoRefusal.CHANGED_SINCE, None),
        (move_on, 1, "rep", UndoRefusal.CHANGED_SINCE, None),
    ],
)
async def test_a_move_cannot_be_taken_back_late_by_others_or_once_somebody_went_on(
    db: Database,
    acme: Company,
    clock: FixedClock,
    since: Callable[[Tx, Opportunity], Awaitable[None]],
    waited: int,
    by: str,
    reason: UndoRefusal,
    told: str | None,
) -> None:
    made = await a_deal(db, acme)
    done = await moved(db, acme.rep, made.number, "proposal")
    async with db.transaction(acme.application) as tx:
        await since(tx, done.opportunity)
    clock.advance(timedelta(minutes=waited))
    actor = acme.rep if by == "rep" else acme.manager

    offered = (await as_seen(db, actor, made.number)).undo_until
    with pytest.raises(UndoRefused) as refused:
        await undone(db, actor, done)

    assert offered is None
    assert (refused.value.reason, refused.value.by) == (reason, told)


async def test_an_archived_one_is_out_of_the_way_and_comes_back_as_it_was(
    db: Database, acme: Company
) -> None:
    made = await a_deal(db, acme)
    async with db.transaction(acme.rep) as tx:
        away = await archive(tx, made.number)
        again = await archive(tx, made.number)
    attempts: list[Callable[[Tx], Awaitable[object]]] = [
        lambda tx: move_opportunity(tx, MoveOpportunity(number=1, to_stage="won")),
        lambda tx: reassign(tx, made.number, None, away.version),
        lambda tx: attach(tx, made.number, NewLink(url="https://example.com")),
        lambda tx: undo_move(tx, made.number, away.version),
    ]

    for attempt in attempts:
        with pytest.raises(Archived):
            async with db.transaction(acme.rep) as tx:
                await attempt(tx)
    async with db.transaction(acme.rep) as tx:
        back = await restore(tx, made.number)

    assert (away.is_archived, again.version, back.is_archived) == (True, away.version, False)
    assert (back.stage, back.status, back.value) == (made.stage, made.status, made.value)


async def test_links_and_files_are_kept_once_each_and_taken_away(
    db: Database, acme: Company
) -> None:
    made = await a_deal(
        db, acme, source="https://acme.slack.com/archives/C0/p1", source_title="A message"
    )
    file = NewFile(file_id="F0OFFER", title="offer.pdf", url="https://files.slack.com/F0OFFER")
    async with db.transaction(acme.rep) as tx:
        await attach(tx, made.number, NewLink(url="http://example.com/a?b=1#c"))
        whole = await attach(tx, made.number, file)
        with pytest.raises(InvalidInput) as twice:
            await attach(tx, made.number, file)
        left = await detach(tx, made.number, whole.attachments[0].id)
        with pytest.raises(NotFound):
            await detach(tx, made.number, whole.attachments[0].id)

    found = [(each.kind, each.title, each.file_id) for each in whole.attachments]
    assert found == [
        ("link", "A message", None),
        ("link", "example.com", None),
        ("file", "offer.pdf", "F0OFFER"),
    ]
    assert {each.added_by for each in whole.attachments} == {acme.rep.user_id}
    assert twice.value.problems["url"].problem == Problem.ALREADY_ATTACHED
    assert left.attachments == whole.attachments[1:]


async def test_there_are_only_so_many_attachments(db: Database, acme: Company) -> None:
    links = [{"url": f"https://example.com/{number}"} for number in range(MOST_ATTACHMENTS - 1)]
    made = await a_deal(db, acme, source="https://example.com", attachments=links)

    async with db.transaction(acme.rep) as tx:
        with pytest.raises(InvalidInput) as refused:
            await attach(tx, made.number, NewLink(url="https://example.com/more"))

    assert refused.value.problems["url"].problem == Problem.TOO_MANY


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.com",
        "example.com",
        "https://",
        "https://ana:secret@example.com",
        "https://example.com:no/",
        "https://example.com/a b",
        "https://example.com/<script>",
        "https://example.com/" + "x" * 2000,
    ],
)
def test_only_addresses_that_can_be_opened_are_links(url: str) -> None:
    with pytest.raises(ValidationError):
        NewLink(url=url)


async def test_it_is_stale_once_it_was_as_long_in_its_stage_as_the_stage_allows(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    made = await a_deal(db, acme)
    clock.advance(timedelta(days=29))
    fresh = await as_seen(db, acme.rep, made.number)
    clock.advance(timedelta(days=1))
    stale = await as_seen(db, acme.rep, made.number)

    assert (fresh.days_in_stage, fresh.is_stale) == (29, False)
    assert (stale.days_in_stage, stale.is_stale) == (30, True)
