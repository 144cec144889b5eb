import logging
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select, update

from services import organizations, outbox, people
from services.db import Database
from services.directory import Installed, NewInstallation
from services.errors import NotAllowed, NotFound, SwitchedOff
from services.organizations import Tokens
from services.profiles import SlackProfile
from services.sealing import SealBrokenError, Sealer, new_key
from services.tables import AuditEntry, Lane, Organization, Outbox, User, Workspace
from services.values import Actor, Installation, WorkspaceId
from tests.conftest import Urls
from tests.factories import Company, FixedClock, a_profile

KEY = new_key()
SEALER = Sealer([KEY])
ZETA = NewInstallation(
    name="Zeta",
    subdomain="zeta",
    enterprise_id=None,
    team_id="T0ZETA",
    app_id="A0TANDEM",
    bot_id="B0ZETA",
    bot_user_id="U0BOT",
    scopes=("chat:write", "commands"),
)


async def install(
    db: Database,
    new: NewInstallation = ZETA,
    token: str = "xoxb-1",
    installer: SlackProfile | None = None,
    tokens: Tokens | None = None,
) -> Installed:
    return await organizations.install(db, new, tokens or Tokens(token), SEALER, installer)


async def reseal(db: Database, installed: Installed, sealer: Sealer) -> int:
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        return await organizations.reseal(tx, sealer)


async def installation(db: Database, installed: Installed, sealer: Sealer = SEALER) -> Installation:
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        return await organizations.installation(tx, installed.workspace_id, sealer)


async def write(db: Database, installed: Installed, *lanes: str) -> None:
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        for lane in lanes:
            await outbox.post(tx, outbox.Place(installed.workspace_id, lane), "note", {})


async def outbox_of(db: Database, installed: Installed) -> list[tuple[str, str | None]]:
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        rows = await tx.session.scalars(select(Outbox).order_by(Outbox.id))
        return [(row.state, row.outcome) for row in rows]


async def lanes_of(db: Database, installed: Installed) -> dict[str, int]:
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        return dict((await tx.session.execute(select(Lane.lane, Lane.waiting))).all())


async def test_a_first_install_makes_a_company_with_its_token(db: Database) -> None:
    installed = await install(db)

    found = await installation(db, installed)
    assert installed.is_new
    assert found == Installation(
        workspace_id=installed.workspace_id,
        team_id="T0ZETA",
        enterprise_id=None,
        bot_token="xoxb-1",
        bot_id="B0ZETA",
        bot_user_id="U0BOT",
        scopes=("chat:write", "commands"),
        parked=False,
    )


async def test_the_token_is_not_in_the_row_nor_in_what_is_printed(db: Database) -> None:
    installed = await install(db, token="xoxb-secret")

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        row = (await tx.session.scalars(select(Workspace))).one()
    assert b"xoxb-secret" not in (row.sealed_bot_token or b"")
    assert "xoxb-secret" not in repr(await installation(db, installed))


async def test_the_installer_becomes_the_admin_and_is_welcomed(db: Database) -> None:
    installed = await install(db, installer=a_profile(team_id="T0ZETA"))

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        nadia = await people.find_person(tx, installed.workspace_id, "U0NADIA")
        welcome = (await tx.session.scalars(select(Outbox))).one()
    assert nadia is not None
    assert nadia.role == "admin"
    assert (welcome.kind, welcome.lane) == ("welcome", "U0NADIA")


async def test_a_second_install_repairs_the_same_company_and_makes_nobody_an_admin(
    db: Database,
) -> None:
    first = await install(db, installer=a_profile(team_id="T0ZETA"))

    second = await install(
        db,
        replace(ZETA, bot_id="B0NEW"),
        token="xoxb-2",
        installer=a_profile(team_id="T0ZETA", slack_user_id="U0EVE", email="eve@zeta.example"),
    )

    found = await installation(db, second)
    async with db.transaction(Actor.application(second.organization_id)) as tx:
        everybody = list(await tx.session.scalars(select(User.first_name)))
    assert (second.organization_id, second.is_new) == (first.organization_id, False)
    assert (found.bot_token, found.bot_id) == ("xoxb-2", "B0NEW")
    assert everybody == ["Nadia"]


async def test_a_team_that_joined_an_enterprise_is_the_same_company(db: Database) -> None:
    first = await install(db)

    again = await install(db, replace(ZETA, enterprise_id="E0GRID"), token="xoxb-2")

    async with db.directory() as directory:
        found = await directory.find_workspace("E0GRID", "T0ZETA")
    assert (again.organization_id, again.is_new) == (first.organization_id, False)
    assert found is not None
    assert found.workspace_id == first.workspace_id
    assert (await installation(db, again)).enterprise_id == "E0GRID"


async def test_a_first_install_that_broke_off_is_completed_by_the_next(db: Database) -> None:
    async with db.directory() as directory:
        await directory.install_workspace(ZETA)

    installed = await install(db, installer=a_profile(team_id="T0ZETA"))

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        nadia = await people.find_person(tx, installed.workspace_id, "U0NADIA")
    assert installed.is_new
    assert nadia is not None
    assert nadia.role == "admin"


async def test_a_reinstall_after_an_uninstall_finds_everything_again(
    db: Database, clock: FixedClock
) -> None:
    first = await install(db, installer=a_profile(team_id="T0ZETA"))
    async with db.transaction(Actor.application(first.organization_id)) as tx:
        await organizations.uninstall(tx, first.workspace_id)
    clock.advance(timedelta(days=30))

    again = await install(db, token="xoxb-2", installer=a_profile(team_id="T0ZETA"))

    async with db.directory() as directory:
        found = await directory.find_workspace(None, "T0ZETA")
    assert (again.organization_id, again.is_new) == (first.organization_id, False)
    assert found is not None
    assert found.workspace_id == first.workspace_id
    assert (await installation(db, again)).bot_token == "xoxb-2"


async def test_uninstalling_forgets_the_token_and_keeps_the_data(db: Database) -> None:
    installed = await install(db, installer=a_profile(team_id="T0ZETA"))

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.uninstall(tx, installed.workspace_id)

    with pytest.raises(NotFound):
        await installation(db, installed)
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        row = (await tx.session.scalars(select(Workspace))).one()
        users = list(await tx.session.scalars(select(User.id)))
    assert row.sealed_bot_token is None
    assert len(users) == 1


async def test_a_refused_installer_does_not_stop_the_install(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        installed = await install(db, installer=a_profile(team_id="T0ZETA", is_guest=True))

    assert (await installation(db, installed)).bot_token == "xoxb-1"
    assert [record.getMessage() for record in caplog.records] == ["installer_not_welcomed"]


async def test_two_companies_of_one_name_get_different_subdomains(db: Database) -> None:
    one = await install(db)
    two = await install(db, replace(ZETA, team_id="T0OTHER"))

    subdomains: list[str] = []
    for installed in (one, two):
        async with db.transaction(Actor.application(installed.organization_id)) as tx:
            subdomains += await tx.session.scalars(select(Organization.subdomain))
    assert subdomains == ["zeta", "zeta-2"]


@pytest.mark.parametrize(
    ("name", "subdomain", "kept"),
    [
        ("Zëta & Söhne\u202e\x00", "", ("Zëta & Söhne", "zeta-sohne")),
        ("ACME" * 100, "", ("ACME" * 63 + "ACM", "acme" * 20)),
        ("株式会社", "", ("株式会社", "company")),
        ("\u200b", "--", ("Company", "company")),
    ],
)
async def test_odd_team_names_are_made_fit_to_keep(
    db: Database, name: str, subdomain: str, kept: tuple[str, str]
) -> None:
    installed = await install(db, replace(ZETA, name=name, subdomain=subdomain))

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        row = (await tx.session.scalars(select(Organization))).one()
    assert (row.name, row.subdomain) == kept


async def test_a_whole_enterprise_is_installed_without_a_team(db: Database) -> None:
    grid = replace(ZETA, team_id=None, enterprise_id="E0ZETA")

    installed = await install(
        db, grid, installer=a_profile(team_id="T0ONE", enterprise_id="E0ZETA")
    )

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        nadia = await people.find_person(tx, installed.workspace_id, "U0NADIA")
    assert (await installation(db, installed)).enterprise_id == "E0ZETA"
    assert nadia is not None


async def test_what_ended_in_a_workspace_did_not_end_in_its_whole_enterprise(
    db: Database,
) -> None:
    whole = await install(db, replace(ZETA, team_id=None, enterprise_id="E0ZETA"))
    own = await install(db, replace(ZETA, enterprise_id="E0ZETA"))
    async with db.transaction(Actor.application(own.organization_id)) as tx:
        await organizations.uninstall(tx, own.workspace_id)

    async with db.directory() as directory:
        again = await directory.leaving_workspace("E0ZETA", "T0ZETA")
        served = await directory.leaving_workspace("E0ZETA", "T0OTHER")
        left = await directory.leaving_workspace("E0ZETA", None)

    assert again is None
    assert [each and each.workspace_id for each in (served, left)] == [whole.workspace_id] * 2


async def test_resealing_puts_everything_under_the_newest_key(
    db: Database, clock: FixedClock
) -> None:
    installed = await install(db, tokens=Tokens("xoxb-1", "xoxe-1", clock.now()))
    new = new_key()
    old_and_new = Sealer([new, KEY])

    counts = [await reseal(db, installed, old_and_new) for _ in range(2)]

    assert counts == [2, 0]
    assert (await installation(db, installed, Sealer([new]))).bot_token == "xoxb-1"


async def test_what_no_key_opens_is_parked_until_one_does(db: Database) -> None:
    installed = await install(db)

    lost = await reseal(db, installed, Sealer([new_key()]))
    parked = (await installation(db, installed)).parked
    await reseal(db, installed, SEALER)

    assert (lost, parked) == (0, True)
    assert not (await installation(db, installed)).parked


async def test_a_workspace_parked_for_something_else_stays_so_when_resealed(db: Database) -> None:
    installed = await install(db)
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.park(tx, installed.workspace_id, "token_revoked")

    await reseal(db, installed, SEALER)

    assert (await installation(db, installed)).parked


async def test_tokens_of_two_rows_that_change_places_open_in_neither(
    db: Database, urls: Urls
) -> None:
    one = await install(db)
    two = await install(db, replace(ZETA, team_id="T0OTHER"), token="xoxb-2")

    with psycopg.connect(urls.owner) as owner:
        owner.execute(
            "UPDATE workspaces w SET sealed_bot_token = o.sealed_bot_token FROM workspaces o"
            " WHERE w.id = ANY (%(both)s) AND o.id = ANY (%(both)s) AND w.id <> o.id",
            {"both": [one.workspace_id, two.workspace_id]},
        )

    for installed in (one, two):
        with pytest.raises(SealBrokenError):
            await installation(db, installed)


async def test_two_secrets_of_one_row_that_change_places_do_not_open(
    db: Database, clock: FixedClock
) -> None:
    installed = await install(db, tokens=Tokens("xoxb-1", "xoxe-1", clock.now()))
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await tx.session.execute(
            update(Workspace).values(sealed_bot_token=Workspace.sealed_refresh_token)
        )

    with pytest.raises(SealBrokenError):
        await installation(db, installed)


async def test_a_company_that_is_switched_off_is_neither_found_nor_repaired(
    db: Database, urls: Urls
) -> None:
    installed = await install(db)
    with psycopg.connect(urls.owner) as owner:
        owner.execute(
            "UPDATE organizations SET is_active = false WHERE id = %s", (installed.organization_id,)
        )

    with pytest.raises(NotFound):
        await installation(db, installed)
    with pytest.raises(SwitchedOff):
        await install(db, token="xoxb-2")


async def test_who_brings_a_second_workspace_of_a_company_joins_as_anybody(
    db: Database, acme: Company
) -> None:
    async with db.transaction(acme.application) as tx:
        await tx.session.execute(update(Workspace).values(sealed_bot_token=None))

    again = replace(ZETA, team_id="T0ACME")
    installed = await install(db, again, installer=a_profile(team_id="T0ACME"))

    async with db.transaction(acme.application) as tx:
        nadia = await people.find_person(tx, acme.workspace_id, "U0NADIA")
    assert installed.organization_id == acme.organization_id
    assert nadia is not None
    assert nadia.role != "admin"


async def test_a_parked_workspace_is_parked_until_it_is_unparked(
    db: Database, clock: FixedClock
) -> None:
    installed = await install(db)
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await tx.session.execute(
            update(Workspace).values(parked_at=clock.now(), parked_because="token_revoked")
        )
    parked = await installation(db, installed)

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.unpark(tx, installed.workspace_id)

    assert parked.parked
    assert not (await installation(db, installed)).parked


async def test_a_fresh_token_unparks(db: Database, clock: FixedClock) -> None:
    installed = await install(db)
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await tx.session.execute(update(Workspace).values(parked_at=clock.now()))

    await install(db, token="xoxb-2")

    assert not (await installation(db, installed)).parked


async def test_what_waits_is_dropped_by_an_uninstall_and_the_conversation_is_free_again(
    db: Database,
) -> None:
    installed = await install(db)
    await write(db, installed, "C0DEALS", "C0DEALS", "C0ALERTS")

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.uninstall(tx, installed.workspace_id)

    assert await outbox_of(db, installed) == [("dropped", "uninstalled")] * 3
    assert await lanes_of(db, installed) == {"C0DEALS": 0, "C0ALERTS": 0}


async def test_what_came_while_it_was_uninstalled_is_not_told_at_the_reinstall(
    db: Database,
) -> None:
    installed = await install(db)
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.uninstall(tx, installed.workspace_id)
    await write(db, installed, "C0DEALS")

    await install(db, token="xoxb-2")
    await write(db, installed, "C0DEALS")

    assert await outbox_of(db, installed) == [("dropped", "uninstalled"), ("pending", None)]
    assert await lanes_of(db, installed) == {"C0DEALS": 1}


async def test_a_dropped_message_that_was_to_be_kept_current_counts_as_gone(db: Database) -> None:
    installed = await install(db)
    about = uuid4()
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        place = outbox.Place(installed.workspace_id, "C0DEALS")
        await outbox.post(tx, place, "note", {}, copy_of=about)

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.uninstall(tx, installed.workspace_id)

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        assert await outbox.refresh_copies(tx, "note", about) == 0


@pytest.mark.parametrize(("seconds", "is_late"), [(-60, True), (0, False), (60, False)])
async def test_an_end_that_slack_tells_late_is_not_the_end_of_what_was_installed_since(
    db: Database, clock: FixedClock, seconds: int, *, is_late: bool
) -> None:
    installed = await install(db)
    told_at = clock.now() + timedelta(seconds=seconds)

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.park(tx, installed.workspace_id, "token_revoked", told_at)
        row = (await tx.session.scalars(select(Workspace))).one()
        is_parked = row.parked_at is not None
        await organizations.uninstall(tx, installed.workspace_id, told_at)

    assert (is_parked, row.uninstalled_at is not None) == (not is_late, not is_late)


async def test_a_parked_workspace_that_is_installed_again_loses_nothing(db: Database) -> None:
    installed = await install(db)
    await write(db, installed, "C0DEALS", "C0ALERTS")
    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.park(tx, installed.workspace_id, "token_revoked")

    parked = (await installation(db, installed)).parked
    await install(db, token="xoxb-2")

    assert (parked, (await installation(db, installed)).parked) == (True, False)
    assert await outbox_of(db, installed) == [("pending", None)] * 2


async def test_only_the_application_parks_and_uninstalls(db: Database, acme: Company) -> None:
    async with db.transaction(acme.admin) as tx:
        with pytest.raises(NotAllowed):
            await organizations.park(tx, acme.workspace_id, "token_revoked")
        for act in (organizations.unpark, organizations.uninstall):
            with pytest.raises(NotAllowed):
                await act(tx, acme.workspace_id)


async def test_what_happens_to_a_workspace_is_audited_without_its_token(db: Database) -> None:
    installed = await install(db)
    await install(db, token="xoxb-2")

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        await organizations.uninstall(tx, installed.workspace_id)
        await organizations.uninstall(tx, installed.workspace_id)

    async with db.transaction(Actor.application(installed.organization_id)) as tx:
        entries = list(await tx.session.scalars(select(AuditEntry)))
    assert sorted(entry.action for entry in entries) == [
        "workspace.installed",
        "workspace.repaired",
        "workspace.uninstalled",
    ]
    assert all("xoxb" not in str(entry.details) for entry in entries)


async def test_the_workspace_of_another_company_is_not_found(db: Database, acme: Company) -> None:
    theirs = (await install(db)).workspace_id

    async with db.transaction(acme.application) as tx:
        for workspace_id in (theirs, WorkspaceId(uuid4())):
            for act in (organizations.unpark, organizations.uninstall):
                with pytest.raises(NotFound):
                    await act(tx, workspace_id)
            with pytest.raises(NotFound):
                await organizations.installation(tx, workspace_id, SEALER)
