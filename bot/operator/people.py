"""`bot admin …`: gives a company back to somebody when it has no administrator any more."""

from argparse import Namespace

from sqlalchemy import func, select

from bot.operator.desk import Desk, Refused
from bot.operator.parsing import Commands, command, group
from services import people
from services.tables import User
from services.values import UserId


def add(commands: Commands) -> None:
    """`admin grant`."""
    own = group(commands, "admin", "who administers a company")
    granted = command(own, "grant", grant, "make one of its people an administrator")
    granted.add_argument("subdomain")
    granted.add_argument("email", help="as `/tandem me` shows it")


async def grant(desk: Desk, asked: Namespace) -> None:
    email = str(asked.email).strip().lower()
    async with desk.company(asked.subdomain) as tx:
        found = await tx.session.scalars(select(User.id).where(func.lower(User.email) == email))
        user_id = found.one_or_none()
        if user_id is None:
            raise Refused(
                f"Nobody of this organization has the e-mail {asked.email}. Somebody is one of its "
                "people from the first time they use Tandem in Slack, e.g. with /tandem me."
            )
        who = await people.make_admin(tx, UserId(user_id))
    desk.console.tell(
        f"{who.name} is an administrator now, from the next thing they do in Slack.",
        subdomain=asked.subdomain,
        email=who.email,
        role=who.role,
    )
