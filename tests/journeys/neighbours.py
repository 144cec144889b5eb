"""Two companies with a record of every kind, each with words of its own; what one of them hears."""

import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from sandbox import Message, Person, View, payloads
from sandbox.controls import Control
from sandbox.wire import JsonObject, as_object, as_objects, as_text, dump, parse
from services import configuration, tables
from services.configuration import catalogue
from services.configuration.catalogue import Choice, Holidays, Kpi, OwnHoliday, Pipeline, Stage
from services.configuration.roles import Role, Roles
from services.db import Tx
from services.organizations import linking
from services.people import actor_for, find_person
from services.values import Actor
from tests.journeys.conftest import Office, World
from tests.journeys.crafted import send, signed

THEIRS = {
    "customer": "Quillfeather",
    "second": "Brackenridge",
    "contact": "Ignatius Brole",
    "notes": "Pemberquill",
    "partner": "Zarvox Trading",
    "website": "zarvox.example",
    "partner_contact": "Thessaly Vane",
    "partner_email": "thessaly@meadow.example",
    "first_name": "Wendeline",
    "last_name": "Okparra",
    "email": "wendeline@uplands.example",
    "role": "Grandvizier",
    "stage": "Marinading",
    "loss_reason": "Moonphase",
    "domain": "Falconry",
    "interaction_type": "Seance",
    "interaction": "Xylographic",
    "goal_type": "Trophies",
    "kpi": "Snorkels",
    "holiday": "Founderfest",
    "currency": "ISK",
    "rate_from": "2026-06-01",
    "rate": "0.1374242",
    "status": "Xylophagous",
    "task": "Yakherding",
    "alert": "Brontosaur",
    "newcomer": "Percival Umbo",
    "audit": "Kettledrum",
}
OURS = {
    "customer": "Larkspur",
    "second": "Larkspur",
    "contact": "Ann Bell",
    "notes": "Quiet words",
    "partner": "Hazelnut Sons",
    "website": "hazelnut.example",
    "partner_contact": "Bea Cole",
    "partner_email": "bea@hazelnut.example",
    "first_name": "Dora",
    "last_name": "Engel",
    "email": "dora@engel.example",
    "role": "Helper",
    "stage": "Drafting",
    "loss_reason": "Weather",
    "domain": "Gardening",
    "interaction_type": "Stroll",
    "interaction": "Walked",
    "goal_type": "Medals",
    "kpi": "Visits",
    "holiday": "Birthday",
    "currency": "ISK",
    "rate_from": "2026-01-01",
    "rate": "0.007",
    "status": "Planted",
    "task": "Watering",
    "alert": "Withered",
    "newcomer": "Fay Hill",
    "audit": "Raked",
}
SEEN_ONCE = re.compile(
    r"\bV[0-9A-Z]{6,}\b"  # views
    r"|\b\d{10}\.[0-9a-f]{4,8}\b"  # messages, and drawings of views
    r"|\b\d+\.\d+\.[0-9a-f]+\b"  # triggers
    r"|(?<![-0-9a-f])[0-9a-f]{12}(?![-0-9a-f])"  # of buttons
    r"|https?://127\.0\.0\.1[^\"\\ ]*"
)
NUMBERED = re.compile(r"#\d+|(\"(?:number|n)\\*\":)\d+")


@dataclass(frozen=True)
class Ids:
    """An identifier of a record of each kind."""

    partner: str = field(default_factory=lambda: str(uuid4()))
    alert: str = field(default_factory=lambda: str(uuid4()))
    digest: str = field(default_factory=lambda: str(uuid4()))
    status: str = field(default_factory=lambda: str(uuid4()))
    person: str = field(default_factory=lambda: str(uuid4()))
    admin: str = field(default_factory=lambda: str(uuid4()))
    question: str = field(default_factory=lambda: str(uuid4()))
    code: str = field(default_factory=lambda: str(uuid4()))
    workspace: str = field(default_factory=lambda: str(uuid4()))
    entry: str = field(default_factory=lambda: str(uuid4()))
    opportunity: str = field(default_factory=lambda: str(uuid4()))
    number: str = "99"
    hint: str = "WXYZ"

    def in_place_of(self, others: "Ids", words: str) -> str:
        """The text with these instead of the others'."""
        swapped = words
        for each in fields(self):
            if each.name not in {"number", "hint"}:
                swapped = swapped.replace(getattr(others, each.name), getattr(self, each.name))
        number = rf'(\\*"(?:number|n)\\*":){others.number}\b'
        return re.sub(number, rf"\g<1>{self.number}", swapped)


NAMES = Ids(**{each.name: f"<{each.name}>" for each in fields(Ids)})
"""In place of identifiers that differ from one company to the next."""


async def furnished(world: World, office: Office, words: Mapping[str, str]) -> Ids:
    """A record of each kind for the company; Ada and Ron have used the app by then."""
    for name in ("ada", "ron"):
        await office.person(name).command("/opp", "help")
    await world.set_channels(office)
    async with world.db.transaction(office.application) as tx:
        await _configured(tx, words)
        ada, ron = [await _actor(tx, office, name) for name in ("ada", "ron")]
        ids = await _recorded(tx, office, words, ada, ron)
    async with world.db.transaction(ada) as tx:
        fresh = await linking.issue_link_code(tx)
        [code] = await linking.open_codes(tx)
    assert fresh.code.endswith(code.hint)
    return Ids(**{**vars(ids), "code": str(code.id), "hint": code.hint})


async def _actor(tx: Tx, office: Office, name: str) -> Actor:
    who = await find_person(tx, office.workspace_id, office.members[name].id)
    assert who is not None
    return await actor_for(tx, who)


async def _configured(tx: Tx, words: Mapping[str, str]) -> None:
    def choice(kind: str) -> Choice:
        return Choice(key=words[kind].lower(), label=words[kind])

    stages = catalogue.PIPELINE.default.stages
    stage = Stage(key=words["stage"].lower(), label=words["stage"], probability=5)
    role = Role(key=words["role"].lower(), label=words["role"], permissions=())
    for setting, value in (
        (catalogue.PIPELINE, Pipeline(stages=(stage, *stages))),
        (catalogue.LOSS_REASONS, (choice("loss_reason"), *catalogue.LOSS_REASONS.default)),
        (catalogue.PARTNER_DOMAINS, (choice("domain"), *catalogue.PARTNER_DOMAINS.default)),
        (catalogue.INTERACTION_TYPES, (choice("interaction_type"),)),
        (catalogue.GOAL_TYPES, (choice("goal_type"),)),
        (catalogue.KPIS, (Kpi(key=words["kpi"].lower(), label=words["kpi"]),)),
        (catalogue.CURRENCIES, ("EUR", "USD", words["currency"])),
        (catalogue.ROLES, Roles(roles=(*catalogue.ROLES.default.roles, role))),
        (
            catalogue.HOLIDAYS,
            Holidays(own=(OwnHoliday(day=date(2026, 12, 1), label=words["holiday"]),)),
        ),
    ):
        await configuration.write(tx, setting, value)


async def _recorded(
    tx: Tx, office: Office, words: Mapping[str, str], ada: Actor, ron: Actor
) -> Ids:
    ours = {"organization_id": tx.organization_id}
    ids = Ids(workspace=str(office.workspace_id), admin=str(ada.user_id), number="")
    partner_id, person_id, alert_id = UUID(ids.partner), UUID(ids.person), UUID(ids.alert)
    tx.session.add_all(
        [
            tables.Partner(
                id=partner_id,
                **ours,
                name=words["partner"],
                domain=words["domain"].lower(),
                website=f"https://{words['website']}",
                commission_structure={},
                primary_contact={"name": words["partner_contact"], "email": words["partner_email"]},
            ),
            tables.User(
                id=person_id,
                **ours,
                email=words["email"],
                password_hash="!",
                first_name=words["first_name"],
                last_name=words["last_name"],
                role=words["role"].lower(),
                manager_id=ada.user_id,
            ),
            tables.ExchangeRate(
                **ours,
                currency=words["currency"],
                base_currency="USD",
                valid_from=date.fromisoformat(words["rate_from"]),
                rate=Decimal(words["rate"]),
            ),
        ]
    )
    await tx.session.flush()
    deals = [
        tables.Opportunity(
            id=UUID(ids.opportunity) if name == words["second"] else uuid4(),
            **ours,
            partner_id=partner_id,
            assigned_user_id=ron.user_id,
            customer_name=name,
            customer_contact={"name": words["contact"]},
            notes=words["notes"],
            deal_value=Decimal("4711.11"),
            currency=words["currency"],
            stage=words["stage"].lower(),
            expected_close_date=date(2026, 12, 18),
        )
        for name in dict.fromkeys((words["customer"], words["second"]))
    ]
    for each in deals:
        tx.session.add(each)
        await tx.session.flush()
    tx.session.add_all(
        [
            *(
                tables.StageChange(
                    **ours, opportunity_id=each.id, to_stage=each.stage, changed_at=tx.now
                )
                for each in deals
            ),
            tables.Interaction(
                **ours,
                partner_id=partner_id,
                user_id=ron.user_id,
                interaction_type=words["interaction_type"].lower(),
                description=words["interaction"],
                interaction_date=tx.now - timedelta(days=2),
            ),
            tables.WeeklyStatus(
                id=UUID(ids.status),
                **ours,
                user_id=ron.user_id,
                week_ending=date(2026, 11, 15),
                accomplishments=[words["status"]],
                submitted_at=tx.now - timedelta(days=4),
            ),
            tables.Task(**ours, user_id=ron.user_id, title=words["task"]),
            tables.Goal(
                **ours,
                user_id=ron.user_id,
                quarter=4,
                year=2026,
                goal_type=words["goal_type"].lower(),
                target_value=Decimal(1000),
            ),
            tables.Alert(
                id=alert_id,
                **ours,
                alert_type="stale_opportunity",
                entity_type="opportunity",
                entity_id=UUID(ids.opportunity),
                title=words["alert"],
                message=words["alert"],
                digest_id=UUID(ids.digest),
                triggered_at=tx.now,
            ),
            tables.AuditEntry(
                id=UUID(ids.entry),
                **ours,
                at=tx.now,
                user_id=ada.user_id,
                action="partner.created",
                entity_type="partner",
                entity_id=partner_id,
                details={"name": words["audit"]},
            ),
            tables.AccountQuestion(
                id=UUID(ids.question),
                **ours,
                workspace_id=office.workspace_id,
                slack_user_id="U0ASKS",
                shown_name=words["newcomer"],
                user_id=ada.user_id,
                asked_user_id=ada.user_id,
                created_at=tx.now,
                expires_at=tx.now + timedelta(days=1),
            ),
        ]
    )
    number = await tx.session.scalar(
        select(tables.Opportunity.number).where(tables.Opportunity.id == UUID(ids.opportunity))
    )
    return Ids(**{**vars(ids), "number": str(number)})


@dataclass
class Listener:
    """Writes down all that a company's workspace is sent while its people do something."""

    world: World
    office: Office
    named: Ids
    heard: dict[str, str] = field(default_factory=dict[str, str])
    everything: list[str] = field(default_factory=list[str])

    async def hear(self, label: str, act: Awaitable[object]) -> None:
        """What the act brought: the answer, and every call with the workspace's token."""
        slack = self.world.slack
        calls, deliveries = len(slack.calls), len(slack.deliveries)
        try:
            answer = await act
        except ValueError as refused:
            answer = refused
        team = self.office.team.id
        said = [dump([e.method, e.args]) for e in slack.calls[calls:] if e.team_id == team]
        said += [e.body for e in slack.deliveries[deliveries:] if e.team_id == team]
        said += [answer] if isinstance(answer, str) else []
        words = "\n".join(said)
        self.everything.append(words)
        nobodys = NAMES.in_place_of(self.named, words)
        self.heard[label] = NUMBERED.sub(r"\1#", SEEN_ONCE.sub("~", nobodys))

    async def forge(self, label: str, payload: JsonObject, own: Ids, other: Ids) -> None:
        """An interaction as a person's client sends it, with others' identifiers in it."""
        crafted = parse(other.in_place_of(own, dump(payload)))

        async def sent() -> str:
            reply = await send(self.world, signed(self.world, as_object(crafted)))
            assert reply.status == 200, (label, reply)
            return reply.body

        await self.hear(label, sent())


def touched(person: Person, where: Message | View, control: Control, value: str) -> JsonObject:
    """A press on this control, or a choice of what it may never have offered."""
    payload = payloads.interaction(person.actor, "block_actions", in_view=isinstance(where, View))
    payload |= payloads.surface(person.actor, where, control)
    option = {"text": {"type": "plain_text", "text": "Crafted"}, "value": value}
    state: JsonObject = {"value": value}
    if control.type != "button":
        state = {"selected_option": option}
    payload["actions"] = [payloads.action(control, state, "1.2")]
    return payload | {
        "trigger_id": person.core.triggers.issue(
            person.team.id, person.member.id, where.id if isinstance(where, View) else None
        )
    }


def asked(person: Person, view: View, control: Control, query: str) -> JsonObject:
    """What a type-ahead sends."""
    payload = payloads.interaction(person.actor, "block_suggestion", in_view=True)
    payload |= payloads.surface(person.actor, view, control)
    named = {"action_id": control.action_id, "block_id": control.block_id}
    return payload | named | {"value": query}


def values_of(control: Control) -> list[str]:
    """What the control carries, one for each way to touch it."""
    options = [as_text(each.get("value")) for each in as_objects(control.element.get("options"))]
    groups = as_objects(control.element.get("option_groups"))
    options += [as_text(o.get("value")) for g in groups for o in as_objects(g.get("options"))]
    return options or [as_text(control.element.get("value"))]
