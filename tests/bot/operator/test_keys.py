import psycopg

from bot.operator.keys import NEWEST, UNUSED
from services import organizations
from services.db import connect
from services.directory import NewInstallation
from services.organizations import Tokens
from services.sealing import Sealer, new_key
from tests.bot.operator.conftest import Operator, Said

OLD, NEW, ANOTHER = new_key(), new_key(), new_key()


async def installed_under(operator: Operator, *teams: str) -> None:
    """Each team's workspace, its token sealed under the old key."""
    db = connect(operator.urls.application, operator.clock, pool_size=1)
    for team in teams:
        new = NewInstallation(
            name=team,
            subdomain=team,
            enterprise_id=None,
            team_id=team,
            app_id="A0TANDEM",
            bot_id="B0TANDEM",
            bot_user_id="U0TANDEM",
            scopes=(),
        )
        await organizations.install(db, new, Tokens(f"xoxb-{team}"), Sealer([OLD]))
    await db.close()


async def run(operator: Operator, *words: str, keys: tuple[str, ...]) -> Said:
    return await operator.run(
        *words,
        ENCRYPTION_KEYS=",".join(keys),
        SLACK_SIGNING_SECRET="signing",
        SLACK_CLIENT_ID="1.2",
        SLACK_CLIENT_SECRET="client",
    )


def parked(operator: Operator) -> int:
    with psycopg.connect(operator.urls.owner) as connection:
        row = connection.execute("SELECT count(parked_at) FROM workspaces").fetchone()
    assert row is not None
    return int(row[0])


async def test_a_new_key_is_one_that_seals(at_desk: Operator) -> None:
    said = await at_desk.run("keys", "new")

    assert Sealer([said.out.strip()]).key_ids


async def test_keys_are_rotated_and_the_old_one_may_go(at_desk: Operator) -> None:
    await installed_under(at_desk, "T1", "T2")
    before = await run(at_desk, "keys", "check", keys=(NEW, OLD))
    rotated = await run(at_desk, "keys", "rotate", "--json", keys=(NEW, OLD))
    after = await run(at_desk, "keys", "check", "--json", keys=(NEW, OLD))
    without = await run(at_desk, "keys", "check", keys=(NEW,))

    assert "in use; run: python -m bot keys rotate" in before.out
    newest, old = Sealer([NEW, OLD]).key_ids
    assert rotated.data == {"key": newest, "resealed": 2, "lost": 0}
    assert after.data == [
        {"key": newest, "secrets": 2, "advice": NEWEST},
        {"key": old, "secrets": 0, "advice": UNUSED},
    ]
    assert (without.code, parked(at_desk)) == (0, 0)
    assert NEW not in before.out + rotated.out + after.out


async def test_rotating_without_a_key_that_is_in_use_is_refused(at_desk: Operator) -> None:
    await installed_under(at_desk, "T1")
    checked = await run(at_desk, "keys", "check", keys=(ANOTHER,))
    refused = await run(at_desk, "keys", "rotate", keys=(ANOTHER,))
    before = parked(at_desk)
    lost = await run(at_desk, "keys", "rotate", "--lost-key", keys=(ANOTHER,))

    assert (checked.code, "MISSING" in checked.out) == (1, True)
    assert (refused.code, "Nothing was changed" in refused.err) == (1, True)
    assert (lost.code, before, parked(at_desk)) == (0, 0, 1)
