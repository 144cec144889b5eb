"""What people are told about their own account, and about somebody who has left Slack."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from babel import Locale

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block
from handlers.blocks.people.form import accounts, email, hand_over_button, in_hand
from handlers.blocks.people.listing import OPEN_PEOPLE
from handlers.blocks.text import escape, moment_token, plain, shown
from services.configuration.roles import PERMISSIONS, Feature
from services.departures import OpenWork
from services.people import Card, Question, Refusal
from services.text import locale_of
from services.values import Actor

MINE = "account_mine"
NOT_MINE = "account_not_mine"

_Shown = tuple[str, list[Block]]
_FEATURES = {
    Feature.OPPORTUNITIES: "Opportunities",
    Feature.PARTNERS: "Partners",
    Feature.WEEKLY_STATUS: "Weekly status",
    Feature.TASKS: "Tasks",
    Feature.GOALS: "Goals",
    Feature.ALERTS: "Alerts",
    Feature.ADMINISTRATION: "Administration",
}


class QuestionRef(forms.Packed):
    """A button's value: which question."""

    id: UUID


def question(asked: Question) -> _Shown:
    """For the owner of the e-mail, or who stands in: is this account theirs?"""
    name, team = shown(asked.shown_name), shown(asked.team_name)
    is_own = asked.asked_user_id == asked.user_id
    whose = "your e-mail" if is_own else f"the e-mail of {shown(asked.owner)}"
    text = f"A new Slack account has {whose}: {name} in {team}."
    if asked.answer is not None:
        return text, [kit.section(text), kit.context(_outcome(asked))]
    acts = (
        "It then acts as you here, with all your rights."
        if is_own
        else (f"It then acts as {shown(asked.owner)} here, with all their rights.")
    )
    value = forms.pack(QuestionRef(id=asked.id))
    blocks = [
        kit.section(f"*{text}*\n{'Is it you?' if is_own else 'Is it them?'} {acts}"),
        kit.actions(
            kit.button("It is me" if is_own else "It is them", MINE, value),
            kit.button("Not me" if is_own else "Not them", NOT_MINE, value),
        ),
        kit.context(f"Open until {moment_token(asked.expires_at)}. Nothing happens until then."),
    ]
    return text, blocks


def answered(asked: Question) -> _Shown:
    """For the newcomer."""
    if asked.answer == "approved":
        text = f"Approved: this account is {shown(asked.owner)} in Tandem now."
        more = "Begin with `/tandem me`, or `/tandem help`."
    else:
        text = (
            f"{shown(asked.owner)} has your e-mail here and said that this account is not theirs."
        )
        more = (
            "Nothing was saved. Talk to an admin of your company, or change your e-mail in Slack."
        )
    return text, [kit.section(text), kit.context(more)]


def left(card: Card, work: OpenWork, *, may_hand_over: bool) -> _Shown:
    """For a manager and the admins: somebody's last account was closed in Slack."""
    name = shown(card.person.name)
    is_guest = any(each.closed_because == Refusal.GUEST for each in card.accounts)
    why = "is only a guest in Slack now" if is_guest else "is no longer in Slack"
    text = f"{name} {why}, so I have deactivated them; their seat is free."
    blocks = [
        kit.section(f"{text}\n{in_hand(name, work)} They keep it until somebody takes it over.")
    ]
    has_any = work.opportunities + work.tasks + work.reports > 0
    if has_any and may_hand_over:
        blocks.append(kit.actions(hand_over_button(card.person.user_id)))
    return text, blocks


def me(card: Card, actor: Actor, now: datetime) -> _Shown:
    """Who somebody is here."""
    who = card.person
    text = f"You are {shown(who.name)}, {escape(card.role)}."
    clock = now.astimezone(who.time_zone)
    blocks = [
        kit.section(f"*{text}*"),
        kit.facts(
            [
                ("Manager", shown(card.manager.name) if card.manager else "Nobody"),
                ("Your team", f"{card.reports} report to you" if card.reports else "Nobody"),
                ("Time zone", f"{who.time_zone.key} ({clock:%H:%M} now)"),
                ("Language", _language(who.locale)),
                ("E-mail", escape(email(who.email))),
                ("Workspaces", accounts(card.accounts)),
            ]
        ),
        kit.section("*What you may do*\n" + "\n".join(_allowed(actor))),
        kit.context(
            "Name, e-mail, time zone and language follow your Slack profile within seconds. "
            "Role and manager are set by an admin of your company."
        ),
    ]
    if actor.may("people.manage"):
        blocks.append(kit.actions(kit.button("Open people", OPEN_PEOPLE, "1")))
    return text, blocks


def _outcome(asked: Question) -> str:
    match asked.answer:
        case "approved":
            return "Approved: the account acts as the owner of the e-mail."
        case "refused":
            return "Refused: the account was not let in."
        case _:
            return "Nobody answered in time. I ask again when the account is next used."


def _allowed(actor: Actor) -> Iterator[str]:
    """A line for each feature with something in it."""
    for feature, label in _FEATURES.items():
        words = [
            each.words if actor.may(each.name) else f"{each.words} (your own)"
            for each in PERMISSIONS
            if each.feature is feature and actor.may(each.name, actor.user_id)
        ]
        if words:
            yield f"• {label}: {'; '.join(words)}"


def _language(locale: str) -> str:
    found: Locale = locale_of(locale)
    return escape(plain(found.get_display_name("en") or locale))
