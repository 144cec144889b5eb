"""What changes in Slack about somebody who is here already."""

from sqlalchemy import select

from services import schedule
from services.db import Tx
from services.errors import NotFound
from services.people.find import find_person
from services.people.joining import refuse_strangers, user_with_email
from services.people.values import Person
from services.profiles import SlackProfile, confirmed_email, names_of, seen_settings
from services.tables import User


async def refresh_profile(tx: Tx, who: Person, profile: SlackProfile) -> Person:
    """Take over what changed in Slack: names, zone, language, a newly confirmed e-mail; and note
    the day of use. Raises NotAMember when the account no longer is one of the company's people.
    """
    if who.slack_user_id != profile.slack_user_id or who.workspace_id is None:
        raise NotFound("person", profile.slack_user_id)
    await refuse_strangers(tx, who.workspace_id, profile)
    user = (await tx.session.scalars(select(User).where(User.id == who.user_id))).one()
    tx.recollection.forget()
    user.first_name, user.last_name = names_of(profile)
    seen = (user.personal_settings or {}) | seen_settings(profile)
    if seen != user.personal_settings:
        user.personal_settings = seen
        await schedule.reconsider(tx, schedule.WEEKLY_REMINDER)
    if user.last_login_at is None or user.last_login_at.date() != tx.now.date():
        user.last_login_at = tx.now
    email = confirmed_email(profile)
    if email and email != user.email and await user_with_email(tx, email) is None:
        user.email = email
    await tx.session.flush()
    found = await find_person(tx, who.workspace_id, profile.slack_user_id)
    return found or who
