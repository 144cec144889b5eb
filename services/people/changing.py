"""What people with the right to it change about others: role, own permissions, manager, active.

One change at a time per company, so that two at once can neither leave it without an admin nor make
a circle of managers. Nobody gives or takes what they do not hold themselves.
"""

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update

from services import audit, configuration, schedule
from services.configuration.catalogue import ROLES
from services.configuration.roles import ADMIN, FORMS
from services.db import Tx
from services.errors import FieldProblem, InvalidInput, NotFound, Problem
from services.people.find import person
from services.people.joining import bring_back
from services.people.seats import has_admin, lock_seats
from services.people.teams import refuse_manager
from services.people.values import KIND, Person
from services.permissions import permissions_of
from services.tables import SlackIdentity, User
from services.values import EVERYTHING, UserId

MANAGE = "people.manage"


class PersonForm(BaseModel):
    """What may be changed about a person. `granted` and `denied` come on top of the role."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    role: str
    manager_id: UUID | None = None
    granted: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


class ChangePerson(PersonForm):
    """The submitted form; `shown` is what it held when it opened. Only what was changed since is
    written.
    """

    user_id: UUID
    shown: PersonForm | None = None


def form_of(who: Person) -> PersonForm:
    """The form as it stands."""
    return _form(who.role, who.manager_id, who.permissions or {})


async def change_person(tx: Tx, change: ChangePerson) -> Person:
    """Write what was changed of role, manager and permissions. Needs `people.manage`.

    Raises NotFound; InvalidInput at the field: changed by somebody else meanwhile, no such role,
    the last admin, more than the actor's own rights, a manager who is unknown or of their team.
    """
    tx.actor.require(MANAGE)
    await lock_seats(tx)
    user = await _row(tx, change.user_id)
    before = _form(user.role, user.manager_id, user.permissions or {})
    after = _merged(change, before)
    await _refuse_rights(tx, user, before, after)
    if after.manager_id is not None and after.manager_id != before.manager_id:
        await refuse_manager(tx, UserId(user.id), UserId(after.manager_id))
    user.role, user.manager_id = after.role, after.manager_id
    user.permissions = {"grant": list(after.granted), "deny": list(after.denied)}
    await tx.session.flush()
    tx.recollection.forget()
    await _note(tx, user, before, after)
    return await person(tx, UserId(user.id))


async def make_admin(tx: Tx, user_id: UserId) -> Person:
    """Give somebody back the whole company: active, an admin, nothing denied. For the operator.

    Raises NotFound, NoSeatLeft.
    """
    tx.actor.require(EVERYTHING)
    await lock_seats(tx)
    user = await _row(tx, user_id)
    if not user.is_active:
        await bring_back(tx, user)
    before = _form(user.role, user.manager_id, user.permissions or {})
    after = before.model_copy(update={"role": ADMIN, "denied": ()})
    user.role, user.permissions = ADMIN, {"grant": list(after.granted), "deny": []}
    await tx.session.flush()
    tx.recollection.forget()
    await _note(tx, user, before, after)
    return await person(tx, user_id)


async def end_membership(tx: Tx, user_id: UserId) -> bool:
    """Deactivate somebody: their seat is free, their records stay as they are. False when they
    were inactive already. Needs `people.manage`.

    Raises NotFound, and InvalidInput at `work` for the last admin and for who may do more than
    the actor.
    """
    tx.actor.require(MANAGE)
    await lock_seats(tx)
    user = await _row(tx, user_id)
    await _refuse_greater(tx, "work", user)
    if not user.is_active:
        await _keep_out(tx, user)
        return False
    if user.role == ADMIN and not await has_admin(tx, besides=user_id):
        raise InvalidInput.of("work", Problem.LAST_ADMIN)
    user.is_active = False
    await tx.session.flush()
    tx.recollection.forget()
    await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    await audit.record(tx, "person.deactivated", KIND, user.id, {"because": "admin"})
    return True


async def reactivate(tx: Tx, user_id: UserId) -> Person:
    """Let somebody in again; it takes a seat. Needs `people.manage`.

    Raises NotFound, NoSeatLeft, InvalidInput at `work` for who may do more than the actor.
    """
    tx.actor.require(MANAGE)
    await lock_seats(tx)
    user = await _row(tx, user_id)
    await _refuse_greater(tx, "work", user)
    if not user.is_active:
        await bring_back(tx, user)
    return await person(tx, user_id)


async def move_reports(tx: Tx, user_id: UserId) -> int:
    """Have who reports to somebody report to that one's own manager; how many. Needs
    `people.manage`.
    """
    tx.actor.require(MANAGE)
    await lock_seats(tx)
    user = await _row(tx, user_id)
    moved = await tx.session.scalars(
        update(User)
        .where(User.manager_id == user_id)
        .values(manager_id=user.manager_id)
        .returning(User.id)
    )
    reports = list(moved)
    tx.recollection.forget()
    above = str(user.manager_id) if user.manager_id else None
    for report in reports:
        details = {"from": str(user_id), "to": above}
        await audit.record(tx, "person.manager_changed", KIND, report, details)
    return len(reports)


async def _row(tx: Tx, user_id: UUID) -> User:
    found = await tx.session.scalars(
        select(User)
        .where(User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    user = found.one_or_none()
    if user is None:
        raise NotFound("person", str(user_id))
    return user


def _form(role: str, manager_id: UUID | None, personal: object) -> PersonForm:
    listed: dict[str, list[str]] = personal if isinstance(personal, dict) else {}  # pyright: ignore[reportUnknownVariableType]  # JSON of our own
    return PersonForm(
        role=role,
        manager_id=manager_id,
        granted=tuple(sorted(listed.get("grant", []))),
        denied=tuple(sorted(listed.get("deny", []))),
    )


def _merged(change: ChangePerson, now: PersonForm) -> PersonForm:
    """What the person changed, on what is there now. Raises InvalidInput where another changed
    the same field meanwhile.
    """
    shown = change.shown or now
    wanted = PersonForm(
        role=change.role,
        manager_id=change.manager_id,
        granted=tuple(sorted(change.granted)),
        denied=tuple(sorted(change.denied)),
    )
    touched = [name for name in PersonForm.model_fields if _of(wanted, name) != _of(shown, name)]
    clashes = [
        name for name in touched if _of(now, name) not in (_of(shown, name), _of(wanted, name))
    ]
    if clashes:
        raise InvalidInput({name: FieldProblem(Problem.CHANGED_MEANWHILE) for name in clashes})
    return now.model_copy(update={name: _of(wanted, name) for name in touched})


def _of(form: PersonForm, name: str) -> object:
    value: object = getattr(form, name)
    return value


async def _refuse_rights(tx: Tx, user: User, before: PersonForm, after: PersonForm) -> None:
    if (before.role, before.granted, before.denied) == (after.role, after.granted, after.denied):
        return
    roles = await configuration.get(tx, ROLES)
    if roles.find(after.role) is None:
        raise InvalidInput.of("role", Problem.UNKNOWN_ROLE)
    for name, listed in (("granted", after.granted), ("denied", after.denied)):
        if not FORMS.keys() >= set(listed):
            raise InvalidInput.of(name, Problem.UNKNOWN_CHOICE)
    for form in (before, after):
        personal = {"grant": list(form.granted), "deny": list(form.denied)}
        _refuse_beyond(tx, "role", permissions_of(roles, form.role, personal))
    await _refuse_last_admin(tx, user, before, after)


async def _refuse_last_admin(tx: Tx, user: User, before: PersonForm, after: PersonForm) -> None:
    """An admin to whom something is denied is none: the last one keeps all rights."""
    if not user.is_active or before.role != ADMIN or await has_admin(tx, besides=UserId(user.id)):
        return
    if after.role != ADMIN:
        raise InvalidInput.of("role", Problem.LAST_ADMIN)
    if set(after.denied) - set(before.denied):
        raise InvalidInput.of("denied", Problem.LAST_ADMIN)


async def _refuse_greater(tx: Tx, field: str, user: User) -> None:
    roles = await configuration.get(tx, ROLES)
    _refuse_beyond(tx, field, permissions_of(roles, user.role, user.permissions))


def _refuse_beyond(tx: Tx, field: str, permissions: frozenset[str]) -> None:
    """Who may do more than the actor is not the actor's to change, nor to be made."""
    for each in permissions:
        name, _, scope = each.partition(":")
        if not tx.actor.may(name, tx.actor.user_id if scope == "own" else None):
            raise InvalidInput.of(field, Problem.BEYOND_YOUR_OWN)


async def _keep_out(tx: Tx, user: User) -> None:
    """Who left with a closed account does not come back with it: an admin has said so."""
    await tx.session.execute(
        update(SlackIdentity)
        .where(SlackIdentity.user_id == user.id, SlackIdentity.ended_membership.is_(True))
        .values(ended_membership=False)
    )


async def _note(tx: Tx, user: User, before: PersonForm, after: PersonForm) -> None:
    if before.role != after.role:
        details: dict[str, object] = {"from": before.role, "to": after.role}
        await audit.record(tx, "person.role_changed", KIND, user.id, details)
    if before.manager_id != after.manager_id:
        details = {"from": _text(before.manager_id), "to": _text(after.manager_id)}
        await audit.record(tx, "person.manager_changed", KIND, user.id, details)
    if (before.granted, before.denied) != (after.granted, after.denied):
        details = {
            "from": {"grant": before.granted, "deny": before.denied},
            "to": {"grant": after.granted, "deny": after.denied},
        }
        await audit.record(tx, "person.permissions_changed", KIND, user.id, details)


def _text(identifier: UUID | None) -> str | None:
    return str(identifier) if identifier else None
