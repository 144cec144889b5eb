import asyncio
import base64
import re
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from services import organizations, outbox, people
from services.db import Database, connect
from services.directory import Directory, Installed, NewInstallation
from services.errors import InvalidInput, Problem, TooManyLinkCodes, WorkspaceTaken
from services.organizations import BOT_TOKEN, REFRESH_TOKEN, Tokens, linking, overview
from services.organizations.codes import ALPHABET, MOST_OPEN, hash_of, new_code
from services.organizations.installing import opened
from services.organizations.overview import State
from services.outbox import Place
from services.sealing import Sealer
from services.tables import Outbox, User, Workspace
from services.values import Actor, OrganizationId, WorkspaceId
from tests.conftest import Urls
from tests.factories import Company, FixedClock, a_person, a_profile

MANY = 100
HOOLI = {"team_id": "T0HOOLI0"}
SEALER = Sealer([base64.b64encode(bytes(32)).decode()])


def a_team(number: int = 0) -> NewInstallation:
    return NewInstallation(
        name="Hooli",
        subdomain="hooli",
        enterprise_id=None,
        team_id=f"T0HOOLI{number}",
        app_id="A0TANDEM",
        bot_id="B0TANDEM",
        bot_user_id="U0TANDEM",
        scopes=("chat:write",),
    )


async def a_code(db: Database, company: Company) -> str:
    async with db.transaction(company.admin) as tx:
        return (await linking.issue_link_code(tx)).code


async def redeemed(db: Database, code: str, number: int = 0) -> OrganizationId | Problem:
    try:
        return await linking.redeem_at_install(db, code, a_team(number), f"192.0.2.{number}")
    except InvalidInput as refused:
        return refused.problems["code"].problem


def test_a_code_has_a_hundred_secret_bits_and_no_look_alikes() -> None:
    code = new_code()

    assert re.fullmatch(rf"(?:[{ALPHABET}]{{4}}-){{5}}[{ALPHABET}]{{4}}", code)
    assert len(ALPHABET) == 32
    assert (len(code.replace("-", "")) - 4) * 5 == 100
    assert set("0O1I").isdisjoint(ALPHABET)


@pytest.mark.parametrize("typed", ["abcd efgh", "ABCDEFGH", " abcd\u2013efgh ", "`ABCD-EFGH`"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert hash_of(typed) == hash_of("ABCD-EFGH")


def test_a_code_is_not_shown_by_accident() -> None:
    code = new_code()

    assert code not in repr(linking.NewCode(code, FixedClock().now()))


async def test_of_a_hundred_who_use_one_code_at_once_one_wins(
    urls: Urls, db: Database, acme: Company
) -> None:
    code = await a_code(db, acme)
    crowd = connect(urls.application, FixedClock(), pool_size=20)

    results = await asyncio.gather(*(redeemed(crowd, code, number) for number in range(MANY)))
    await crowd.close()

    assert results.count(acme.organization_id) == 1
    assert results.count(Problem.CODE_USED) == MANY - 1


async def test_a_workspace_that_is_new_here_joins_before_its_installation_is_complete(
    db: Database, acme: Company
) -> None:
    company = await redeemed(db, await a_code(db, acme))

    async with db.transaction(acme.admin) as tx:
        listed = await overview.company_workspaces(tx)
    made = await organizations.install(db, a_team(), Tokens("xoxb-1"), SEALER, a_profile(**HOOLI))
    async with db.transaction(acme.admin) as tx:
        after = await overview.company_workspaces(tx)
        installer = await people.find_person(tx, made.workspace_id, "U0NADIA")
    assert company == made.organization_id == acme.organization_id
    assert {each.state for each in listed if each.name == "Hooli"} == {State.UNINSTALLED}
    assert {each.state for each in after if each.name == "Hooli"} == {State.CONNECTED}
    assert installer is not None
    assert installer.role == "sales_rep"


async def test_a_code_at_install_takes_no_workspace_from_another_company(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    code = await a_code(db, acme)
    async with db.directory() as directory:
        await directory.install_workspace(a_team())

    with pytest.raises(WorkspaceTaken):
        await redeemed(db, code)

    async with db.transaction(acme.admin) as tx:
        assert len(await linking.open_codes(tx)) == 1


@pytest.mark.parametrize("became", [{"is_active": False}, {"role": "sales_rep"}])
async def test_a_code_is_worth_nothing_once_its_issuer_has_left_or_may_issue_none(
    db: Database, acme: Company, globex_corp: Company, became: dict[str, object]
) -> None:
    code = await a_code(db, acme)
    async with db.transaction(acme.application) as tx:
        issuer = update(User).where(User.id == acme.admin.user_id)
        await tx.session.execute(issuer.values(**became))

    with pytest.raises(InvalidInput) as refused:
        await linking.look_up(db, globex_corp.admin, code)

    assert refused.value.problems["code"].problem is Problem.CODE_REVOKED
    assert await redeemed(db, code) is Problem.CODE_REVOKED


async def test_so_many_codes_can_be_open_and_no_more(db: Database, acme: Company) -> None:
    for _ in range(MOST_OPEN):
        await a_code(db, acme)

    with pytest.raises(TooManyLinkCodes):
        await a_code(db, acme)


async def test_another_companys_codes_are_neither_seen_nor_revoked(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await a_code(db, acme)
    async with db.transaction(acme.admin) as tx:
        [mine] = await linking.open_codes(tx)

    async with db.transaction(globex_corp.admin) as tx:
        await linking.revoke_link_code(tx, mine.id)
        assert await linking.open_codes(tx) == []

    async with db.transaction(acme.admin) as tx:
        assert await linking.open_codes(tx) == [mine]


async def installed(db: Database, company: Company, token: str = "xoxe.xoxb-1") -> None:
    """Its workspace has tokens."""
    new = replace(a_team(), team_id="T0GLOBEX")
    tokens = Tokens(token, "xoxe-1", FixedClock().now() + timedelta(hours=12))
    await organizations.install(db, new, tokens, SEALER)


async def moved(db: Database, actor: Actor, code: str) -> None:
    target = await linking.look_up(db, actor, code)
    async with db.transaction(actor) as tx:
        await linking.move_workspace(tx, code, target, SEALER, is_confirmed=True)


async def workspace_of(db: Database, company: Company, team_id: str = "T0GLOBEX") -> Workspace:
    async with db.transaction(company.application) as tx:
        found = await tx.session.scalars(select(Workspace).where(Workspace.team_id == team_id))
        return found.one()


async def test_tokens_go_along_and_open_in_their_new_place_alone(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await installed(db, globex_corp)

    await moved(db, globex_corp.admin, await a_code(db, acme))

    here, left = await workspace_of(db, acme), await workspace_of(db, globex_corp)
    assert opened(here, BOT_TOKEN, SEALER) == "xoxe.xoxb-1"
    assert opened(here, REFRESH_TOKEN, SEALER) == "xoxe-1"
    assert here.token_expires_at is not None
    assert (left.sealed_bot_token, left.sealed_refresh_token, left.token_expires_at) == (None,) * 3
    assert left.left_at is not None


async def test_a_workspace_that_comes_back_is_the_one_it_was(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await installed(db, globex_corp)
    await moved(db, globex_corp.admin, await a_code(db, acme))
    there = await workspace_of(db, acme)
    back = await a_code(db, globex_corp)
    ada = await a_person(db, acme.organization_id, WorkspaceId(there.id), "Bea Back", "admin")

    await moved(db, ada, back)

    again = await workspace_of(db, globex_corp)
    async with db.transaction(globex_corp.application) as tx:
        ron = await people.find_person(tx, globex_corp.workspace_id, "U0RON")
    assert (again.id, again.left_at, again.uninstalled_at) == (globex_corp.workspace_id, None, None)
    assert opened(again, BOT_TOKEN, SEALER) == "xoxe.xoxb-1"
    assert ron is not None
    assert (await workspace_of(db, acme)).left_at is not None


async def test_a_workspace_waits_while_its_token_is_renewed(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await installed(db, globex_corp)
    async with db.transaction(globex_corp.application) as tx:
        await tx.session.execute(
            update(Workspace).values(rotation_leased_until=tx.now + timedelta(minutes=1))
        )

    with pytest.raises(InvalidInput) as refused:
        await moved(db, globex_corp.admin, await a_code(db, acme))

    assert refused.value.problems["code"].problem is Problem.ACCESS_IN_RENEWAL
    assert (await workspace_of(db, globex_corp)).left_at is None


async def test_a_workspace_that_moves_while_it_is_installed_again_is_so_where_it_is_now(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await installed(db, globex_corp)
    code, find = await a_code(db, acme), Directory.install_workspace

    async def moves_then(directory: Directory, new: NewInstallation) -> Installed:
        found = await find(directory, new)
        if found.organization_id == globex_corp.organization_id:
            await moved(db, globex_corp.admin, code)
        return found

    with patch.object(Directory, "install_workspace", moves_then):
        await installed(db, globex_corp, "xoxb-2")

    here, left = await workspace_of(db, acme), await workspace_of(db, globex_corp)
    assert opened(here, BOT_TOKEN, SEALER) == "xoxb-2"
    assert (left.sealed_bot_token, left.uninstalled_at) == (None, left.left_at)


async def test_what_waited_for_a_moved_workspace_is_dropped_with_the_reason(
    db: Database, acme: Company, globex_corp: Company
) -> None:
    await installed(db, globex_corp)
    async with db.transaction(globex_corp.application) as tx:
        await outbox.post(tx, Place(globex_corp.workspace_id, "C0DEALS"), "card", {})

    await moved(db, globex_corp.admin, await a_code(db, acme))

    async with db.transaction(globex_corp.application) as tx:
        rows = await tx.session.execute(select(Outbox.state, Outbox.outcome))
        assert [tuple(each) for each in rows] == [("dropped", linking.LEFT)]
