"""`bot admin …`: gives a company back to somebody when it has no administrator any more."""

from argparse import Namespace

from bot.operator.desk import Desk, Refused
from bot.operator.parsing import Commands, command, group
from services import people


def add(commands: Commands) -> None:
    """`admin grant`."""
    own = group(commands, "admin", "who administers a company")
    granted = command(own, "grant", grant, "make one of its people an administrator")
    granted.add_argument("subdomain")
    granted.add_argument("email", help="as `/tandem me` shows it")


async def grant(desk: Desk, asked: Namespace) -> None:
    async with desk.company(asked.subdomain) as tx:
        found = await people.find_by_email(tx, asked.email)
        if found is None:
            raise Refused(
                f"Nobody of this organization has the e-mail {asked.email}. Somebody is one of its "
                "people from the first time they use Tandem in Slack, e.g. with /tandem me."
            )
        who = await people.make_admin(tx, found.user_id)
    desk.console.tell(
        f"{who.name} is an administrator now, from the next thing they do in Slack.",
        subdomain=asked.subdomain,
        email=who.email,
        role=who.role,
    )
