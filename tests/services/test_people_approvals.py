from uuid import UUID

import pytest
from sqlalchemy import delete, select

from services import people
from services.db import Database
from services.errors import NotAMember, NotFound
from services.people import ANSWERED, QUESTION, Refusal
from services.people.approvals import NO_HOLDS_FOR, OPEN_FOR, Answer, Question
from services.tables import AccountQuestion, Outbox, SlackIdentity
from services.values import Actor
from tests.factories import Company, FixedClock, a_profile
from tests.services.people_support import audited, identifier, person_of, welcomed


async def ask(db: Database, company: Company, who: Actor, slack_user_id: str = "U0NEW") -> Refusal:
    """Somebody new with the e-mail of `who`; why they have to wait."""
    email = (await person_of(db, company, who)).email
    profile = a_profile(slack_user_id=slack_user_id, email=email)
    with pytest.raises(NotAMember) as refused:
        await welcomed(db, company, profile)
    assert refused.value.reason == Refusal.ADMIN_EMAIL
    async with db.transaction(company.application) as tx:
        return await people.ask_whose(tx, company.workspace_id, profile)


async def asked(db: Database, company: Company) -> UUID:
    async with db.transaction(company.application) as tx:
        found = await tx.session.scalars(
            select(AccountQuestion.id).order_by(AccountQuestion.created_at.desc())
        )
        return next(iter(found))


async def messages(db: Database, company: Company, kind: str) -> list[str]:
    async with db.transaction(company.application) as tx:
        found = await tx.session.scalars(
            select(Outbox.lane).where(Outbox.kind == kind, Outbox.method == "chat.postMessage")
        )
        return list(found)


async def answered(db: Database, by: Actor, question_id: UUID, answer: Answer) -> Question:
    async with db.transaction(by) as tx:
        return await people.answer_question(tx, question_id, answer)


async def test_the_admin_is_asked_once_however_often_the_newcomer_tries(
    db: Database, acme: Company
) -> None:
    reasons = {await ask(db, acme, acme.admin) for _ in range(3)}

    assert reasons == {Refusal.ADMIN_EMAIL}
    assert await messages(db, acme, QUESTION) == ["U0ADA"]


async def test_yes_makes_the_account_the_admins(db: Database, acme: Company) -> None:
    await ask(db, acme, acme.admin)

    question = await answered(db, acme.admin, await asked(db, acme), "approved")

    async with db.transaction(acme.application) as tx:
        known = await people.find_person(tx, acme.workspace_id, "U0NEW")
    assert known is not None
    assert (known.user_id, question.answer) == (acme.admin.user_id, "approved")
    assert await messages(db, acme, ANSWERED) == ["U0NEW"]
    assert (await audited(db, acme))[-3:] == [
        "account.asked",
        "person.joined",
        "account.approved",
    ]


async def test_no_holds_for_a_while(db: Database, acme: Company, clock: FixedClock) -> None:
    await ask(db, acme, acme.admin)
    await answered(db, acme.admin, await asked(db, acme), "refused")

    at_once = await ask(db, acme, acme.admin)
    clock.advance(NO_HOLDS_FOR)
    later = await ask(db, acme, acme.admin)

    assert (at_once, later) == (Refusal.NOT_THEIRS, Refusal.ADMIN_EMAIL)
    assert await messages(db, acme, QUESTION) == ["U0ADA", "U0ADA"]


async def test_an_old_question_is_not_answered_but_asked_again(
    db: Database, acme: Company, clock: FixedClock
) -> None:
    await ask(db, acme, acme.admin)
    first = await asked(db, acme)
    clock.advance(OPEN_FOR)

    late = await answered(db, acme.admin, first, "approved")
    await ask(db, acme, acme.admin)

    async with db.transaction(acme.application) as tx:
        assert await people.find_person(tx, acme.workspace_id, "U0NEW") is None
    assert late.answer == "expired"
    assert await asked(db, acme) != first


async def test_the_first_answer_counts(db: Database, acme: Company) -> None:
    await ask(db, acme, acme.admin)
    question_id = await asked(db, acme)
    await answered(db, acme.admin, question_id, "refused")

    again = await answered(db, acme.admin, question_id, "approved")

    assert again.answer == "refused"


async def test_nobody_else_answers(db: Database, acme: Company, globex_corp: Company) -> None:
    await ask(db, acme, acme.admin)
    question_id = await asked(db, acme)

    for somebody in (acme.rep, globex_corp.admin):
        with pytest.raises(NotFound):
            await answered(db, somebody, question_id, "approved")


async def test_another_admin_is_asked_while_the_owner_cannot_be_reached(
    db: Database, acme: Company
) -> None:
    await make_admin(db, acme, acme.manager)
    await without_account(db, acme, acme.admin)

    reason = await ask(db, acme, acme.admin)
    question = await answered(db, acme.manager, await asked(db, acme), "approved")

    assert reason == Refusal.ADMIN_EMAIL
    assert (question.user_id, question.asked_user_id) == (
        acme.admin.user_id,
        acme.manager.user_id,
    )


async def test_who_was_asked_as_an_admin_and_is_none_any_more_gives_nobodys_account_away(
    db: Database, acme: Company
) -> None:
    await make_admin(db, acme, acme.manager)
    await without_account(db, acme, acme.admin)
    await ask(db, acme, acme.admin)
    async with db.transaction(acme.admin) as tx:
        demoted = people.ChangePerson(user_id=identifier(acme.manager), role="sales_rep")
        await people.change_person(tx, demoted)

    with pytest.raises(NotFound):
        await answered(db, acme.manager, await asked(db, acme), "approved")


async def test_without_anybody_to_ask_the_newcomer_is_told(db: Database, acme: Company) -> None:
    await without_account(db, acme, acme.admin)

    assert await ask(db, acme, acme.admin) == Refusal.ADMIN_AWAY


async def make_admin(db: Database, company: Company, who: Actor) -> None:
    async with db.transaction(company.application) as tx:
        await people.make_admin(tx, identifier(who))


async def without_account(db: Database, company: Company, who: Actor) -> None:
    async with db.transaction(company.application) as tx:
        await tx.session.execute(delete(SlackIdentity).where(SlackIdentity.user_id == who.user_id))
