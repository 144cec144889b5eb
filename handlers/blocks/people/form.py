"""One person: what is known, what may be changed; and how they leave."""

from collections.abc import Iterable, Sequence

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.people.listing import PersonRef
from handlers.blocks.text import count, day_token, escape, shown
from handlers.routing import Blocks, View
from services.configuration.roles import PERMISSIONS, Permission
from services.departures import OpenWork
from services.people import Account, Card, ListPeople, Named, PersonForm, form_of
from services.profiles import MADE_UP
from services.values import UserId

PERSON = "person"
LEAVE = "person_leave"
OPEN_LEAVE = "person_leave_open"
REACTIVATE = "person_reactivate"
SUGGEST_MANAGER = "person_manager"
SUGGEST_SUCCESSOR = "person_successor"
NOBODY = "-"
"""The choice of no manager: a select cannot be emptied everywhere in Slack."""
MOST_ACCOUNTS = 10


class PersonMetadata(forms.Packed):
    """What a person's form carries: whom it is about, what it showed, and the list below it."""

    user_id: UserId
    shown: PersonForm
    listed: ListPeople | None = None


class LeaveMetadata(forms.Packed):
    """What the form of who leaves carries."""

    user_id: UserId
    listed: ListPeople | None = None


def view(card: Card, listed: ListPeople | None) -> View:
    """The form of one person; `listed` is the list it was opened from."""
    who = card.person
    metadata = PersonMetadata(user_id=who.user_id, shown=form_of(who), listed=listed)
    blocks = [
        kit.section(f"*{shown(who.name)}*" + ("" if who.is_active else " · not active")),
        kit.facts(_facts(card)),
        _role(card),
        _manager(card),
        _granted(form_of(who).granted),
        _denied(form_of(who).denied),
        kit.divider(),
        kit.actions(_coming_or_going(card)),
    ]
    return kit.modal(
        "Person", blocks, callback_id=PERSON, submit="Save", metadata=forms.pack(metadata)
    )


def leave(card: Card, work: OpenWork, listed: ListPeople | None) -> View:
    """How somebody leaves: what they have in hand, and where it goes."""
    who = card.person
    name = shown(who.name)
    losing = (
        f"{name} will not be able to use Tandem any more, and frees a seat. Nothing is deleted."
        if who.is_active
        else f"{name} is not active. What is still open can go to a colleague."
    )
    blocks = [
        kit.section(f"{losing}\n{in_hand(name, work)}"),
        kit.field("work", "Open opportunities and tasks", _work(work)),
        kit.field(
            "successor_id",
            "Colleague",
            kit.type_ahead(SUGGEST_SUCCESSOR, "Type a name"),
            hint="Who gets them, when they are handed over.",
            is_optional=True,
        ),
        *([_reports(card, work)] if work.reports else []),
    ]
    verb = "Deactivate" if who.is_active else "Hand over"
    metadata = LeaveMetadata(user_id=who.user_id, listed=listed)
    return kit.modal(verb, blocks, callback_id=LEAVE, submit=verb, metadata=forms.pack(metadata))


def in_hand(name: str, work: OpenWork) -> str:
    """What somebody has, in one sentence; `name` is escaped."""
    has = (
        f"{count(work.opportunities, 'open opportunity', 'open opportunities')} and "
        f"{count(work.tasks, 'open task', 'open tasks')}"
    )
    if not work.reports:
        return f"{name} has {has}."
    reports = count(work.reports, "person reports", "people report")
    return f"{name} has {has}; {reports} to them."


def left(card: Card, was_active: bool, moved: OpenWork) -> str:
    """What was done, in one short text."""
    name = shown(card.person.name)
    first = f"{name} is no longer active." if was_active else f"{name} stays not active."
    done = [
        count(number, one, many)
        for number, one, many in (
            (moved.opportunities, "opportunity", "opportunities"),
            (moved.tasks, "task", "tasks"),
        )
        if number
    ]
    lines = [first, *([f"Handed over: {' and '.join(done)}."] if done else [])]
    if moved.reports:
        lines.append(f"{count(moved.reports, 'person has', 'people have')} another manager now.")
    return " ".join(lines)


def people_options(found: Iterable[Named], first: Sequence[Element] = ()) -> Blocks:
    """People to choose from, after `first`."""
    return [
        *first,
        *(kit.option(each.name, str(each.user_id), _email(each.email)) for each in found),
    ]


def nobody() -> Element:
    return kit.option("Nobody", NOBODY)


def accounts(listed: Sequence[Account]) -> str:
    """The workspaces somebody has an account in."""
    lines = [_account(each) for each in listed[:MOST_ACCOUNTS]]
    more = len(listed) - MOST_ACCOUNTS
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])]) or "None"


def email(address: str) -> str:
    """An address as it may be shown; one that was made up is none."""
    return _email(address) or "Unknown"


def _email(address: str) -> str | None:
    return None if address.endswith(MADE_UP) else address


def _account(account: Account) -> str:
    if not account.is_live:
        return f"{shown(account.team_name)} (Tandem is uninstalled there)"
    reasons = {None: "", "guest": " (a guest there)"}
    return shown(account.team_name) + reasons.get(account.closed_because, " (deactivated in Slack)")


def _facts(card: Card) -> list[tuple[str, str]]:
    who = card.person
    seen = day_token(who.last_used_at.date(), begins=True) if who.last_used_at else "Not here yet"
    return [
        ("E-mail", escape(email(who.email))),
        ("Last here", seen),
        ("Workspaces", accounts(card.accounts)),
        ("Reports to them", count(card.reports, "person", "people")),
    ]


def _role(card: Card) -> Block:
    """A role that was taken out of the settings is still offered to who has it."""
    options = [kit.option(each.label, each.key) for each in card.roles.roles]
    chosen = next((each for each in options if each["value"] == card.person.role), None)
    if chosen is None:
        chosen = kit.option(card.person.role, card.person.role)
        options.append(chosen)
    return kit.field("role", "Role", kit.select("person_role", "Choose", options, chosen=chosen))


def _manager(card: Card) -> Block:
    above = card.manager
    chosen = kit.option(above.name, str(above.user_id)) if above else nobody()
    return kit.field(
        "manager_id",
        "Manager",
        kit.type_ahead(SUGGEST_MANAGER, "Type a name", chosen=chosen),
        hint="Whom they report to. A manager sees their team's work.",
        is_optional=True,
    )


def _granted(held: Sequence[str]) -> Block:
    offered = [option for each in PERMISSIONS for option in _grants(each)]
    return _permissions("granted", "Also may", "On top of the role.", offered, held)


def _denied(held: Sequence[str]) -> Block:
    offered = [kit.option(each.words, each.name) for each in PERMISSIONS]
    return _permissions("denied", "May not", "Whatever the role says.", offered, held)


def _grants(permission: Permission) -> list[Element]:
    if not permission.has_owner:
        return [kit.option(permission.words, permission.name)]
    return [
        kit.option(f"{permission.words}: their own", f"{permission.name}:own"),
        kit.option(f"{permission.words}: everybody's", f"{permission.name}:any"),
    ]


def _permissions(
    name: str, label: str, hint: str, offered: list[Element], held: Sequence[str]
) -> Block:
    """What is held but not offered, e.g. written by hand, is kept as it is."""
    known = {each["value"] for each in offered}
    options = [*offered, *(kit.option(each, each) for each in held if each not in known)]
    chosen = [each for each in options if each["value"] in held]
    picker = kit.multi_select(f"person_{name}", "Choose", options, chosen=chosen)
    return kit.field(name, label, picker, hint=hint, is_optional=True)


def _coming_or_going(card: Card) -> Element:
    who = card.person
    value = forms.pack(PersonRef(user_id=who.user_id))
    if who.is_active:
        return kit.button("Deactivate…", OPEN_LEAVE, value, style="danger")
    sure = kit.confirm(
        "Reactivate",
        f"{who.name} may use Tandem again and takes a seat.",
        "Reactivate",
    )
    return kit.button("Reactivate", REACTIVATE, value, confirm=sure)


def hand_over_button(user_id: UserId) -> Element:
    """For a message about somebody who has left."""
    return kit.button(
        "Hand over their work", OPEN_LEAVE, forms.pack(PersonRef(user_id=UserId(user_id)))
    )


def _work(work: OpenWork) -> Element:
    options = [
        kit.option("Leave them as they are", "keep"),
        kit.option("Hand them over to a colleague", "hand_over"),
    ]
    has_any = work.opportunities + work.tasks > 0
    return kit.radio("person_work", options, chosen=options[has_any])


def _reports(card: Card, work: OpenWork) -> Block:
    above = f"Move to {card.manager.name}" if card.manager else "Have no manager for now"
    options = [
        kit.option("Stay as they are", "stay"),
        kit.option(above, "above"),
    ]
    label = f"{count(work.reports, 'person', 'people')} who report to {card.person.first_name}"
    return kit.field("reports", label, kit.radio("person_reports", options, chosen=options[1]))
