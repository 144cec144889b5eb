import json
from datetime import timedelta

from handlers.blocks.audit import KIND
from sandbox import Person, View
from services import audit, configuration, partners
from services.audit import ROWS, Kind
from services.configuration import catalogue
from services.values import Actor
from tests.journeys.conftest import Office, World
from tests.journeys.test_commission_export import content, files
from tests.journeys.test_opportunities import a_partner
from tests.logs import LogWatch


def top(person: Person) -> View:
    assert person.view is not None
    return person.view


def told(person: Person) -> list[str]:
    """The entries in front, each as its lines."""
    return [
        str(block["text"]["text"])  # pyright: ignore[reportIndexIssue, reportArgumentType]  # a section
        for block in top(person).blocks
        if block["type"] == "section"
    ]


async def ron_in(world: World) -> Person:
    ron = world.person("ron")
    await ron.command("/tandem", "help")
    return ron


async def as_(world: World, name: str, office: Office | None = None) -> Actor:
    at = office or world.acme
    async with world.db.transaction(at.application) as tx:
        [(user_id, whole)] = await audit.authors(tx, name)
    return Actor(at.organization_id, user_id, whole)


async def open_audit(world: World) -> Person:
    ada = world.person("ada")
    await ada.command("/tandem", "audit")
    return ada


async def test_an_admin_reads_who_changed_what_narrows_it_and_sees_a_change_whole(
    world: World,
) -> None:
    await ron_in(world)
    async with world.db.transaction(await as_(world, "Ron")) as tx:
        await partners.create_partner(tx, partners.CreatePartner(name="Globex", domain="cloud"))
    await world.slack.travel(timedelta(minutes=1))
    async with world.db.transaction(await as_(world, "Ada")) as tx:
        renamed = [
            stage.model_copy(update={"label": f"{stage.label} of a long name to be cut anywhere"})
            for stage in catalogue.PIPELINE.default.stages
        ]
        pipeline = catalogue.Pipeline(stages=tuple(renamed))
        await configuration.change(
            tx, [configuration.Change(catalogue.PIPELINE, pipeline, shown=None)]
        )

    ada = await open_audit(world)
    everything = told(ada)
    await ada.press_in_view("Show all")
    whole = told(ada)
    await ada.close()
    await ada.press_in_view("audit_person", (await ada.suggest("audit_person", "ron"))[1])
    rons = told(ada)
    await ada.press_in_view("audit_kind", "Alerts")
    nothing = told(ada)
    await ada.press_in_view("Clear filters")

    assert everything[0].startswith("*Ada Acme* changed the setting *Pipeline stages*\n")
    assert any(each.startswith("*Ron Acme* added the partner *Globex*") for each in everything)
    assert any("Lost → Lost of a long name to be cut anywhere" in each for each in whole)
    assert [each.splitlines()[0] for each in rons] == ["*Ron Acme* added the partner *Globex*"]
    assert nothing == ["Nothing was changed that fits these filters."]
    assert told(ada) == everything


async def test_a_long_log_is_paged_and_narrowed_to_days(world: World) -> None:
    async with world.db.transaction(await as_(world, "Ada")) as tx:
        for number in range(ROWS + 2):
            await audit.record(tx, "alerts.acknowledged", "alert_digest", None, {"count": number})
    ada = await open_audit(world)
    newest = told(ada)
    await ada.press_in_view("Older")
    older = told(ada)
    await ada.press_in_view("Newer")
    back = told(ada)
    await ada.press_in_view("audit_last_day", "2026-11-17")
    before = told(ada)

    assert len(newest) == ROWS
    assert not set(older) & set(newest)
    assert back == newest
    assert before == ["Nothing was changed that fits these filters."]


async def test_who_may_not_see_it_neither_finds_nor_opens_it(world: World) -> None:
    ron = await ron_in(world)

    help_ = await ron.command("/tandem", "help")
    answer = await ron.command("/tandem", "audit")

    assert help_.ephemeral is not None
    assert "audit" not in str(help_.ephemeral.blocks)
    assert ron.view is None
    assert answer.ephemeral is not None
    assert answer.ephemeral.text.startswith("Your role does not let you see who changed what.")


async def test_nothing_of_another_company_is_in_it(world: World) -> None:
    gus = await as_(world, "Ada", world.globex)
    async with world.db.transaction(gus) as tx:
        await partners.create_partner(tx, partners.CreatePartner(name="Secret", domain="cloud"))

    ada = await open_audit(world)
    offered = await ada.suggest("audit_person", "Globex")

    assert "Secret" not in str(told(ada))
    assert [each.text for each in offered] == ["Everybody"]


async def test_what_the_filters_let_through_comes_as_a_file_as_long_as_one_may_read_it(
    world: World, logged: LogWatch
) -> None:
    logged.add_secrets("HYPERLINK")
    ada = await open_audit(world)
    await a_partner(world, "=HYPERLINK(0) & Söhne")
    await world.deliver()

    await ada.command("/tandem", "audit")
    await ada.choose(KIND, Kind.PARTNERS)
    await ada.press_in_view("Export")
    await ada.press_in_view("Export")
    told_so = ada.reads(top(ada))
    await world.deliver()
    (message,) = files(ada)
    await world.slack.travel(timedelta(seconds=1))
    await ada.choose(KIND, Kind.PARTNERS)
    await ada.press_in_view("Export")
    await world.give_role("ada", "sales_rep")
    await world.deliver()

    (row,) = await content(world, message)
    assert "on the way to your direct messages" in told_so
    assert message.text == "*Audit* · 1 entry"
    assert (row["Who"], row["What"]) == ("Tandem", "added the partner =HYPERLINK(0) & Söhne")
    assert row["Record"] == "'=HYPERLINK(0) & Söhne"
    assert json.loads(row["Details"])["domain"] == "finops"
    assert len(files(ada)) == 1
    assert "You may not read it any more." in ada.dm[-1].text
