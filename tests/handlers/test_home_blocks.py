import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from slack_sdk.models.views import View as SlackView

from handlers.blocks import home, onboarding, workspaces
from handlers.blocks.opportunities import Reader
from services.alerts import Alert
from services.configuration.catalogue import Stage
from services.home import Day
from services.opportunities import BaseTotal, Names, Opportunity, Page, Total
from services.organizations.linking import OpenCode, StayingBehind, Target
from services.organizations.onboarding import Facts, RefusedChannel, progress_of
from services.organizations.overview import CodeSeen, State, Unlinking, WorkspaceSeen
from services.values import (
    Actor,
    AlertId,
    OpportunityId,
    OrganizationId,
    PartnerId,
    UserId,
    WorkspaceId,
)
from services.weekly_status import StatusForm

LONG = '<&>😀 שלום عالم & "*_`' * 14
MUCH = Decimal("9e12")
NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
ME = Actor(OrganizationId(uuid4()), UserId(uuid4()), "Ada")
READER = Reader("de-DE", date(2026, 11, 18), ME)
STAGE = Stage(key="proposal", label=LONG[:40], probability=50)


def an_opportunity(number: int) -> Opportunity:
    return Opportunity(
        id=OpportunityId(uuid4()),
        number=number,
        customer_name=LONG[:255],
        partner_name=LONG[:255],
        owner_name=LONG,
        value=Decimal("9999999999999.99"),
        currency="EUR",
        stage_label=LONG[:75],
        expected_close_date=date(2026, 12, 18),
        actual_close_date=None,
        status="open",
        partner_id=PartnerId(uuid4()),
        owner_id=ME.user_id,
        owner_slack_user_id="U0ADA",
        stage="x" * 50,
        stage_kind="open",
        probability=50,
        notes=LONG,
        created_at=NOW,
        stage_since=NOW,
        last_moved_at=NOW,
        last_moved_by=None,
        moved_from_label=None,
        version=2**53,
        next_stage=STAGE,
        may_move_to=(STAGE,),
    )


def an_alert() -> Alert:
    return Alert(
        id=AlertId(uuid4()),
        status="pending",
        priority="high",
        title=LONG[:255],
        message=LONG * 10,
        opportunity_id=OpportunityId(uuid4()),
        opportunity_number=2**31 - 1,
        customer_name=LONG[:255],
        owner_id=ME.user_id,
        value=Decimal(1),
        currency="EUR",
        acknowledged=None,
        triggered_at=NOW,
        resolved_at=None,
    )


def everything() -> Day:
    refused = [RefusedChannel("alerts.channel", "w", "C" * 20, "is_archived") for _ in range(3)]
    facts = Facts(
        refused=tuple(refused),
        stages=(LONG,) * 30,
        base_currency="EUR",
        parked=(LONG,) * 40,
        has_admin=False,
    )
    mine = tuple(an_opportunity(2**31 - 1 - each) for each in range(10))
    totals = tuple(Total(f"X{each:02}", MUCH, MUCH) for each in range(60))
    return Day(
        setup=progress_of(facts),
        has_admin=False,
        page=Page(mine, 1, 300, 3000, totals, BaseTotal("EUR", MUCH, MUCH), Names()),
        mine=mine,
        week=StatusForm(date(2026, 11, 22), None, is_over=False, week_before=date(2026, 11, 15)),
        alerts=tuple(an_alert() for _ in range(5)),
        alert_count=3000,
    )


def a_workspace(state: State) -> WorkspaceSeen:
    since = None if state is State.CONNECTED else NOW
    names = ("alerts.channel", "pipeline.deals_channel")
    return WorkspaceSeen(WorkspaceId(uuid4()), LONG[:255], state, since, 3000, names, is_here=True)


def a_code() -> CodeSeen:
    return CodeSeen(OpenCode(uuid4(), "WXYZ", None, NOW, NOW), LONG)


BEHIND = StayingBehind(LONG, LONG, 3000, 3000, 3000, is_fresh=False, is_last=True)
TARGET = Target(OrganizationId(uuid4()), LONG, is_here=False)
CODE = "-".join(["ABCD"] * 6)


@pytest.mark.parametrize(
    "view",
    [
        home.home(everything(), READER, home.told_of(LONG * 20, None)),
        home.home(Day(None, False, None, (), None, (), 0), READER),
        home.greeting(),
        home.refused(LONG * 20),
        workspaces.workspaces_view([a_workspace(each) for each in State] * 50, 99),
        workspaces.codes_view([a_code() for _ in range(10)], CODE),
        workspaces.codes_view([]),
        workspaces.enter_view(),
        workspaces.join_view(TARGET, BEHIND, CODE),
        workspaces.joined_view(TARGET),
        workspaces.unlink_view(
            Unlinking(WorkspaceId(uuid4()), LONG, 3000, 3000, is_last=True), "V" * 20
        ),
    ],
    ids=lambda view: f"{view['type']} {view.get('callback_id', '')}",
)
def test_a_view_keeps_slacks_limits_with_any_data(view: dict[str, Any]) -> None:
    blocks = view["blocks"]

    assert isinstance(blocks, list)
    assert 1 <= len(blocks) <= 100
    SlackView(**view).to_dict()
    assert len(json.dumps(view)) < 250_000
    assert all(len(each) <= 3000 for each in texts(blocks))


def texts(blocks: object) -> list[str]:
    if isinstance(blocks, list):
        return [text for each in blocks for text in texts(each)]
    if isinstance(blocks, dict):
        own = [blocks["text"]] if isinstance(blocks.get("text"), str) else []
        return [*own, *(text for each in blocks.values() for text in texts(each))]
    return []


def test_when_all_is_well_nothing_is_missing() -> None:
    facts = Facts(reached=("pipeline.deals_channel",), is_pipeline_seen=True, people=2)

    assert onboarding.missing(progress_of(facts)) == []


def test_a_code_is_nowhere_in_the_list_of_open_codes() -> None:
    assert CODE not in json.dumps(workspaces.codes_view([a_code()]))
