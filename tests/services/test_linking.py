import asyncio
import re

import pytest

from services.db import Database, connect
from services.directory import NewInstallation
from services.errors import InvalidInput, Problem, TooManyLinkCodes, WorkspaceTaken
from services.organizations import linking, overview
from services.organizations.codes import ALPHABET, MOST_OPEN, hash_of, new_code
from services.organizations.overview import State
from services.values import OrganizationId
from tests.conftest import Urls
from tests.factories import Company, FixedClock

MANY = 100


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


@pytest.mark.parametrize("typed", ["abcd efgh", "ABCDEFGH", " abcd–efgh ", "`ABCD-EFGH`"])
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
    async with db.directory() as directory:
        installed = await directory.install_workspace(a_team())
    assert company == acme.organization_id
    assert [each.state for each in listed] == [State.CONNECTED, State.UNINSTALLED]
    assert (installed.organization_id, installed.is_new) == (acme.organization_id, False)


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
