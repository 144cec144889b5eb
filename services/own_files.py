"""Files for one person, in their direct messages with the app: what is written down says only what
they asked for; it is read when the file is sent, with the rights they have then. No content here.
"""

from services import people
from services.db import Tx
from services.errors import NotFound
from services.outbox import Delivery, Place
from services.values import Actor

NOTHING_LEFT = "nothing_left"
"""The reason why a file does not come that is gone or may not be read any more."""


def own_messages(actor: Actor) -> Place:
    """Where a file for the actor goes. Raises NotFound for who acts without a Slack account."""
    if actor.workspace_id is None or actor.slack_user_id is None:
        raise NotFound("Slack account", actor.name)
    return Place(actor.workspace_id, actor.slack_user_id)


async def receiver(tx: Tx, delivery: Delivery) -> Actor:
    """Who has the account it goes to. Raises NotFound, and NotAMember for who may not use the app
    any more.
    """
    who = await people.find_person(tx, delivery.workspace_id, delivery.lane)
    if who is None:
        raise NotFound("person", delivery.lane)
    return await people.actor_for(tx, who)
