import handlers
from bot.app import Tandem
from sandbox import Person
from services import configuration
from services.configuration import catalogue
from services.configuration.roles import Role, Roles
from services.db import connect
from services.people import people
from tests.conftest import Urls
from tests.journeys.conftest import World
from tests.journeys.editing import refused, row, saved, top, words
from tests.listening import listening


async def open_roles(world: World, name: str = "ada") -> Person:
    person = world.person(name)
    await person.command("/tandem", "roles", channel=world.acme.deals)
    return person


async def told(person: Person, command: str, text: str) -> str:
    answer = await person.command(command, text)
    return answer.ephemeral.text if answer.ephemeral else ""


async def here(world: World, *names: str) -> None:
    for name in names:
        await world.person(name).command("/tandem", "help")


async def roles(world: World) -> Roles:
    async with world.db.transaction(world.acme.application) as tx:
        return await configuration.get(tx, catalogue.ROLES)


async def role(world: World, key: str) -> Role:
    found = (await roles(world)).find(key)
    assert found is not None
    return found


async def role_of(world: World, first_name: str) -> str:
    async with world.db.transaction(world.acme.application) as tx:
        return next(each.role for each in await people(tx) if each.first_name == first_name)


def said(person: Person) -> str:
    """The line above the list."""
    return person.reads(top(person)).split("\n")[1]


async def test_what_a_role_allows_is_changed_and_counts_at_once(world: World) -> None:
    await here(world, "ron", "olga")
    ron = world.person("ron")
    ada = await open_roles(world)
    listed = words(ada)

    await row(ada, "sales_rep", "Edit")
    await saved(
        ada,
        may_opportunities=["opportunities.view", "opportunities.move"],
        others_opportunities=["opportunities.move"],
    )

    assert "2 people · 18 of 25 permissions, 1 for everybody's records · newcomers get it" in listed
    assert "1 person · may do everything" in listed
    assert said(ada) == "Sales rep saved."
    permissions = (await role(world, "sales_rep")).permissions
    assert permissions[:2] == ("opportunities.view:own", "opportunities.move:any")
    assert (await told(ron, "/opp", "new")).startswith(
        "Your role does not let you create opportunities."
    )
    assert ron.view is None
    assert "new" not in str((await ron.command("/opp", "help")).ephemeral)


async def test_a_role_is_added_given_to_newcomers_renamed_and_removed_with_its_people(
    world: World,
) -> None:
    ada = await open_roles(world)

    await ada.press_in_view("Add role")
    likewise = words(ada)
    await saved(ada, label="Partner desk", newcomers=["newcomers"], may_tasks=[])
    await here(world, "ron")
    await row(ada, "partner_desk", "Edit")
    await saved(ada, label="Alliance desk")
    renamed = said(ada)
    await row(ada, "partner_desk", "Remove")
    asked = words(ada)
    await saved(ada, partner_desk="vp")
    why = words(ada)
    await ada.close()
    await row(ada, "sales_rep", "Edit")
    await saved(ada, newcomers=["newcomers"])
    await row(ada, "partner_desk", "Remove")
    await saved(ada, partner_desk="vp")

    assert "Create opportunities" in likewise
    assert renamed == "Partner desk is called Alliance desk now."
    assert "1 person uses Alliance desk: move to" in asked
    assert "Who uses Tandem for the first time gets partner desk. Choose another one" in why
    assert said(ada) == "Alliance desk removed. 1 record moved."
    assert await role_of(world, "Ron") == "vp"
    assert [each.key for each in (await roles(world)).roles][-1] == "sales_rep"


async def test_what_could_not_be_taken_back_is_refused_at_its_field(world: World) -> None:
    ada = await open_roles(world)
    told: list[str] = []

    for key, field, value in (
        ("admin", "may_administration", ["settings.change"]),
        ("vp", "label", "sales  REP"),
        ("sales_rep", "may_administration", ["roles.manage"]),
        ("admin", "newcomers", ["newcomers"]),
    ):
        await row(ada, key, "Edit")
        told.append((await refused(ada, **{field: value}))[field])
        await ada.close()

    assert told[0].startswith("Admins must keep “Change roles (and so allow themselves anything)”")
    assert told[1].startswith("Sales rep is there twice")
    assert told[2].startswith("Everybody who uses Tandem for the first time gets Sales rep")
    assert told[3].startswith("Everybody who uses Tandem for the first time gets Admin")
    assert await roles(world) == catalogue.ROLES.default


async def test_the_admin_role_cannot_go(world: World) -> None:
    await here(world, "ron")
    ada = await open_roles(world)

    await row(ada, "admin", "Remove")
    ada.fill({"admin": "vp"})
    await ada.submit()

    assert "The admin role stays" in words(ada)
    assert await role_of(world, "Ada") == "admin"


async def test_two_who_edit_a_role_at_once_do_not_overwrite_each_other(world: World) -> None:
    await here(world, "olga")
    await world.give_role("olga", "admin")
    ada, olga = await open_roles(world), await open_roles(world, "olga")
    await row(ada, "vp", "Edit")
    await row(olga, "vp", "Edit")

    await saved(ada, label="Vice president")
    errors = await refused(olga, may_goals=[])

    assert "Somebody changed this" in errors["label"]
    assert (await role(world, "vp")).label == "Vice president"


async def test_another_replica_hears_of_a_changed_role(
    world: World, tandem: Tandem, office_urls: Urls
) -> None:
    ron = world.person("ron")
    other = connect(office_urls.application, world.clock, pool_size=1)
    application = world.acme.application
    async with listening(tandem) as heard:
        await ron.command("/opp", "new")
        before = [view.title for view in ron.views]
        await ron.close()

        async with other.transaction(application) as tx:
            shipped = await configuration.get(tx, catalogue.ROLES)
            silent = [each.model_copy(update={"permissions": ()}) for each in shipped.roles[1:]]
            fewer = Roles(roles=(shipped.roles[0], *silent))
            await configuration.change(tx, [configuration.Change(catalogue.ROLES, fewer)])
        await heard.has_heard()
        answer = await told(ron, "/opp", "new")
    await other.close()

    assert before == ["New opportunity"]
    assert answer.startswith("Your role does not let you create opportunities.")


async def test_who_may_nothing_is_offered_nothing_and_each_command_says_why(world: World) -> None:
    await here(world, "ron")
    ron = world.person("ron")
    silent = Role(key="silent", label="Silent", permissions=())
    async with world.db.transaction(world.acme.application) as tx:
        shipped = catalogue.ROLES.default
        await configuration.write(tx, catalogue.ROLES, Roles(roles=(*shipped.roles, silent)))
    await world.give_role("ron", "silent")

    offered: list[str] = []
    answers: dict[str, str] = {}
    for command in handlers.routes().commands:
        help_ = await ron.command(command.name, "help")
        for each in [each for each in command.subcommands if each.permission]:
            line = f"{command.name} {each.name}"
            offered += [line] if f"`{line}" in str(help_.ephemeral) else []
            answers[line] = await told(ron, command.name, f"{each.name} 1")

    assert offered == []
    assert len(answers) > 12
    unclear = {line: words for line, words in answers.items() if not is_refusal(words)}
    assert unclear == {}
    assert ron.views == []


def is_refusal(words: str) -> bool:
    """It may not be done, or what it is about is not there for them."""
    return words.startswith(("Your role does not let you ", "I cannot find opportunity #1"))


async def test_who_may_not_change_roles_neither_finds_nor_opens_them(world: World) -> None:
    await here(world, "ron")
    ron = await open_roles(world, "ron")

    help_ = await ron.command("/tandem", "help")

    assert ron.view is None
    assert (await told(ron, "/tandem", "roles")).startswith(
        "Your role does not let you change roles."
    )
    assert help_.ephemeral is not None
    assert "roles" not in str(help_.ephemeral.blocks)
