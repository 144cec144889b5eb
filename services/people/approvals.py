"""A new account with the e-mail of somebody powerful: they are asked whether it is theirs.

The question goes out once, expires, and is answered once; a *no* holds for a while.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import select

from services import audit, outbox
from services.configuration.roles import ADMIN
from services.db import Tx
from services.errors import NotFound
from services.outbox import Place
from services.people.find import find_person, people, person
from services.people.joining import link_account, user_with_email
from services.people.seats import lock_seats
from services.people.values import Person
from services.profiles import Refusal, SlackProfile, confirmed_email, names_of
from services.tables import AccountQuestion, User, Workspace
from services.values import EVERYTHING, UserId, WorkspaceId

QUESTION = "account_question"
ANSWERED = "account_answered"
OPEN_FOR = timedelta(days=1)
NO_HOLDS_FOR = timedelta(days=7)
_NAME = 201
Answer = Literal["approved", "refused"]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a Slack account is somebody's. `answer`: approved, refused, expired, None so far."""

    id: UUID
    shown_name: str
    team_name: str
    workspace_id: WorkspaceId
    slack_user_id: str
    user_id: UserId
    owner: str
    asked_user_id: UserId
    expires_at: datetime
    answer: str | None


async def ask_whose(tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile) -> Refusal:
    """Ask whoever has this account's confirmed e-mail, unless they have been asked; why the
    newcomer has to wait. For the application.
    """
    tx.actor.require(EVERYTHING)
    await lock_seats(tx)
    owner = await user_with_email(tx, confirmed_email(profile) or "")
    if owner is None:
        return Refusal.ADMIN_EMAIL
    last = await _last(tx, workspace_id, profile.slack_user_id)
    if last is not None and _is_open(last, tx.now):
        return Refusal.ADMIN_EMAIL
    if last is not None and _was_refused(last, tx.now):
        return Refusal.NOT_THEIRS
    asked = await _to_ask(tx, UserId(owner.id))
    if asked is None or asked.workspace_id is None or asked.slack_user_id is None:
        return Refusal.ADMIN_AWAY
    if last is not None and last.answer is None:
        await _settle(tx, last, "expired")
    row = _row(tx, workspace_id, profile, owner, asked)
    tx.session.add(row)
    await tx.session.flush()
    place, payload = Place(asked.workspace_id, asked.slack_user_id), {"id": str(row.id)}
    await outbox.post(tx, place, QUESTION, payload, copy_of=row.id)
    await audit.record(tx, "account.asked", "account", row.id, _details(row))
    return Refusal.ADMIN_EMAIL


async def question(tx: Tx, question_id: UUID) -> Question:
    """Raises NotFound."""
    found = await tx.session.get(AccountQuestion, question_id)
    return await _as_question(tx, _or_not_found(found, question_id))


async def answer_question(tx: Tx, question_id: UUID, answer: Answer) -> Question:
    """Answer as the one who was asked: *approved* makes the account the owner's. The first
    answer, in time, counts; the question comes back as it stands. Raises NotFound, also for
    anybody else, and for an admin asked in the owner's stead who is none any more.
    """
    await lock_seats(tx)
    found = await tx.session.get(AccountQuestion, question_id, with_for_update=True)
    row = _or_not_found(found, question_id)
    if row.asked_user_id != tx.actor.user_id or not await _may_still_answer(tx, row):
        raise NotFound("question", str(question_id))
    if row.answer is not None:
        return await _as_question(tx, row)
    if not _is_open(row, tx.now):
        await _settle(tx, row, "expired")
        return await _as_question(tx, row)
    if answer == "approved":
        await _link(tx, row)
    await _settle(tx, row, answer)
    place = Place(WorkspaceId(row.workspace_id), row.slack_user_id)
    await outbox.post(tx, place, ANSWERED, {"id": str(row.id)})
    return await _as_question(tx, row)


async def _may_still_answer(tx: Tx, row: AccountQuestion) -> bool:
    if row.asked_user_id == row.user_id:
        return True
    return (await person(tx, UserId(row.asked_user_id))).role == ADMIN


async def _link(tx: Tx, row: AccountQuestion) -> None:
    workspace_id = WorkspaceId(row.workspace_id)
    if await find_person(tx, workspace_id, row.slack_user_id) is None:
        owner = await tx.session.get_one(User, row.user_id)
        await link_account(tx, workspace_id, row.slack_user_id, owner)


async def _settle(tx: Tx, row: AccountQuestion, answer: str) -> None:
    row.answer, row.answered_at = answer, tx.now
    await tx.session.flush()
    await outbox.refresh_copies(tx, QUESTION, row.id)
    await audit.record(tx, f"account.{answer}", "account", row.id, _details(row))


async def _last(tx: Tx, workspace_id: WorkspaceId, slack_user_id: str) -> AccountQuestion | None:
    found = await tx.session.scalars(
        select(AccountQuestion)
        .where(
            AccountQuestion.workspace_id == workspace_id,
            AccountQuestion.slack_user_id == slack_user_id,
        )
        .order_by(AccountQuestion.created_at.desc())
        .limit(1)
    )
    return found.one_or_none()


def _is_open(row: AccountQuestion, now: datetime) -> bool:
    return row.answer is None and row.expires_at > now


def _was_refused(row: AccountQuestion, now: datetime) -> bool:
    return row.answer == "refused" and (row.answered_at or now) > now - NO_HOLDS_FOR


async def _to_ask(tx: Tx, owner_id: UserId) -> Person | None:
    """The owner; another admin only while the owner has no account that can be written to."""
    reachable = [each for each in await people(tx) if each.slack_user_id is not None]
    own = [each for each in reachable if each.user_id == owner_id]
    return next((each for each in [*own, *reachable] if each in own or each.role == ADMIN), None)


def _row(
    tx: Tx, workspace_id: WorkspaceId, profile: SlackProfile, owner: User, asked: Person
) -> AccountQuestion:
    return AccountQuestion(
        id=uuid4(),
        organization_id=tx.organization_id,
        workspace_id=workspace_id,
        slack_user_id=profile.slack_user_id,
        shown_name=" ".join(names_of(profile)).strip()[:_NAME],
        user_id=owner.id,
        asked_user_id=asked.user_id,
        created_at=tx.now,
        expires_at=tx.now + OPEN_FOR,
    )


def _details(row: AccountQuestion) -> dict[str, object]:
    return {"slack_user_id": row.slack_user_id, "user_id": str(row.user_id)}


def _or_not_found(row: AccountQuestion | None, question_id: UUID) -> AccountQuestion:
    if row is None:
        raise NotFound("question", str(question_id))
    return row


async def _as_question(tx: Tx, row: AccountQuestion) -> Question:
    workspace = await tx.session.get_one(Workspace, row.workspace_id)
    owner = await person(tx, UserId(row.user_id))
    return Question(
        id=row.id,
        shown_name=row.shown_name,
        team_name=workspace.team_name,
        workspace_id=WorkspaceId(row.workspace_id),
        slack_user_id=row.slack_user_id,
        user_id=owner.user_id,
        owner=owner.name,
        asked_user_id=UserId(row.asked_user_id),
        expires_at=row.expires_at,
        answer=row.answer,
    )
