"""`bot link-code`: lets another Slack workspace join a company."""

from argparse import Namespace

from bot.operator.desk import Desk
from bot.operator.parsing import Commands, command
from services.organizations import linking


def add(commands: Commands) -> None:
    """`link-code`."""
    issued = command(
        commands, "link-code", issue, "a one-time code to join a workspace to a company"
    )
    issued.add_argument("subdomain")


async def issue(desk: Desk, asked: Namespace) -> None:
    async with desk.company(asked.subdomain) as tx:
        issued = await linking.issue_link_code(tx)
    desk.console.tell(
        issued.code, subdomain=asked.subdomain, code=issued.code, expires_at=issued.expires_at
    )
    if not desk.console.as_json:
        desk.console.note(
            "Shown once, good for one workspace within a day: its admin enters it at "
            "/slack/install, or with /tandem link where Tandem is installed already."
        )
