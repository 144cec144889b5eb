"""Why one field was refused, in words for it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from handlers.blocks.text import cut
from services.errors import FieldProblem, MergeProblem, Problem


def problem_sentence(refused: FieldProblem) -> str:  # noqa: C901, PLR0911, PLR0912, PLR0915  # one line for each problem there is
    """Why one field was refused, with an example of what would do; not escaped."""
    facts = refused.facts
    match refused.problem:
        case Problem.REQUIRED:
            return "Please fill this in."
        case Problem.NOT_AN_AMOUNT:
            return "The value must be a number, like 48000, 48,000.50 or 48k."
        case Problem.NEGATIVE:
            return "The value must be zero or more, like 48000 or 48k."
        case Problem.TOO_LARGE:
            return "The value is larger than I can keep (9,999,999,999,999.99)."
        case Problem.TOO_MANY_DECIMALS:
            return _decimals(facts)
        case Problem.UNKNOWN_CURRENCY:
            return f"Choose one of the currencies your company uses{_listed(facts)}."
        case Problem.NOT_A_DATE:
            return "This must be a date, like 2026-09-30."
        case Problem.DATE_IN_PAST:
            return "The date must be today or later."
        case Problem.TIME_IN_FUTURE:
            return "This time is still to come."
        case Problem.DATE_IN_FUTURE:
            return "The date must be today or earlier."
        case Problem.DATE_TOO_FAR:
            return "The date is too far away; it must be between 1990 and ten years from now."
        case Problem.TOO_LONG:
            most = facts.get("max_length")
            return f"This is too long; {most} characters fit." if most else "This is too long."
        case Problem.LINE_TOO_LONG:
            return (
                f"Line {facts.get('line')} is too long; {facts.get('most')} characters fit on one."
            )
        case Problem.TOO_MANY_LINES:
            return f"These are too many lines; {facts.get('most')} fit."
        case Problem.CONTROL_CHARACTERS:
            return "This has characters that cannot be shown. Type it again without them."
        case Problem.UNKNOWN_CHOICE:
            return f"Choose one of the list{_listed(facts)}."
        case Problem.UNKNOWN_PARTNER:
            return "I do not know this partner. Choose one from the list or create it."
        case Problem.UNKNOWN_PERSON:
            return "I do not know this person. Choose one from the list."
        case Problem.NOT_A_NUMBER:
            return "This must be a whole number, like 14."
        case Problem.NOT_A_PERCENTAGE:
            return "This must be a percentage, like 8 or 12.5."
        case Problem.NOT_A_TIER:
            return (
                f"I cannot read line {facts.get('line')}. Write it like up to 50,000: 8%, "
                "with a percentage from 0 to 100."
            )
        case Problem.TIERS_OUT_OF_ORDER:
            return (
                f"Line {facts.get('line')} must begin where the one before it ends and reach "
                "higher; the first begins at zero."
            )
        case Problem.TIERS_END:
            return "The last line must have no end, like above: 10%."
        case Problem.FLOOR_ABOVE_CAP:
            return "The least must not be more than the most."
        case Problem.NOT_BOTH:
            return "Give either a percentage or an amount, not both."
        case Problem.DATES_OUT_OF_ORDER:
            return "The last day must not come before the first."
        case Problem.TERMS_OVERLAP:
            return f"Other terms are agreed for the same days{_days(facts)}."
        case Problem.TERMS_ACCRUED:
            return (
                f"Something won on {facts.get('day')} was worked out by the terms of that day, and "
                "those stay. Choose a later first day, or override that opportunity."
            )
        case Problem.TERMS_BEGUN:
            return "These terms count already. Agree on others from a later day."
        case Problem.TERMS_SAME:
            return "Nothing changed: exactly these terms count on these days already."
        case Problem.ZERO_AMOUNT:
            return "This must be more or less than zero."
        case Problem.NOT_A_PERIOD:
            return "This must be a quarter, a year or days, like 2026-Q3 or 2026-07-01..2026-09-15."
        case Problem.MORE_THAN_DUE:
            return _open_amount(facts)
        case Problem.OUT_OF_RANGE:
            return f"This must be {_range(facts)}."
        case Problem.NOT_AN_EMAIL:
            return "This must be an e-mail address, like ana@example.com."
        case Problem.NOT_A_PHONE:
            return "This must be a phone number, like +44 20 7946 0018."
        case Problem.ONLY_WON:
            return "Only what is won has a day it was closed on."
        case Problem.ONLY_OPEN:
            return "Only an open opportunity has a probability of its own."
        case Problem.NOT_A_LINK:
            return "This must be a web address, like https://example.com/offer."
        case Problem.NOT_A_FILE:
            return "Slack did not say where this file is. Upload it again."
        case Problem.ALREADY_ATTACHED:
            return "This is attached already."
        case Problem.NOT_A_WEBSITE:
            return "This must be a web address, like https://example.com."
        case Problem.NOT_A_TIME:
            return "This must be a time, like 16:00."
        case Problem.ALREADY_EXISTS:
            return _already(facts)
        case Problem.NOTHING_TO_SAVE:
            return "Fill in at least one of the fields."
        case Problem.CHANGED_MEANWHILE:
            return "Somebody changed this while you were here. Close this and open it again."
        case Problem.WEEK_NOT_BEGUN:
            return "This week has not begun yet; its status can be filed from its Monday."
        case Problem.CIRCLE:
            return "This would make a circle: nobody can report to somebody of their own team."
        case Problem.LAST_ADMIN:
            return "This is the only admin. Make somebody else an admin first."
        case Problem.BEYOND_YOUR_OWN:
            return "This would give or take more than your own role allows. An admin can do it."
        case Problem.NOT_UNDERSTOOD:
            return "I could not read this."
        case Problem.TOO_FEW:
            return f"This needs at least {facts.get('least', '1')}."
        case Problem.TOO_MANY:
            return f"These are too many; {facts.get('max_length')} fit."
        case Problem.NAMED_TWICE:
            return f"{facts.get('word')} is there twice; each can be there once."
        case Problem.NOT_A_KEY:
            return "This must be a short word of small letters, digits and _, like new_deal."
        case Problem.NOT_YES_OR_NO:
            return "This must be yes or no (true or false)."
        case Problem.UNKNOWN_PART:
            return "I do not know this part; nothing like it can be set here."
        case Problem.UNKNOWN_ZONE:
            return "I do not know this time zone. Write it like Europe/Lisbon."
        case Problem.UNKNOWN_COUNTRY:
            return "I do not know this country's holidays. Write it with two letters, like PT."
        case Problem.UNKNOWN_SUBDIVISION:
            return "I do not know this part of the country; leave it empty for the whole country."
        case Problem.UNKNOWN_STAGE:
            return f"The pipeline has no stage {facts.get('word')}."
        case Problem.UNKNOWN_ROLE:
            return f"There is no role {facts.get('word')}."
        case Problem.UNKNOWN_WORKSPACE:
            return "This channel is in a Slack workspace that is not one of your company's."
        case Problem.UNKNOWN_SETTING:
            return "There is no such setting."
        case Problem.NOT_A_CURRENCY:
            return "This must be a currency of today by its three letters, like EUR."
        case Problem.NOT_A_RATE:
            return "The rate must be a number above zero with at most ten decimals, like 1.0825."
        case Problem.END_BEFORE_START:
            return "The end must be later than the start."
        case Problem.NOT_A_HUNDRED:
            return f"The weights must add up to 100; these add up to {_off_a_hundred(facts)}."
        case Problem.KINDS_MISSING:
            return "The pipeline needs at least one open, one won and one lost stage."
        case Problem.ROUTE_WITHOUT_ROLE:
            return "Say which role or channel is told, and only there."
        case Problem.GOALS_EXIST:
            return (
                "The fiscal year cannot begin in another month while there are goals "
                f"({facts.get('count')}): their quarters would mean other months."
            )
        case Problem.GOALS_COLLIDE:
            return (
                f"Somebody has goals of both types for the same quarter ({facts.get('count')}); "
                f"they cannot both become {facts.get('word')}."
            )
        case Problem.RATES_MISSING:
            return (
                "Amounts could not be converted into this currency. Set exchange rates first for: "
                f"{facts.get('currencies')}."
            )
        case Problem.BASE_NOT_LISTED:
            return (
                f"The base currency {facts.get('currency')} must be one of the currencies your "
                "company uses."
            )
        case Problem.CANNOT_MERGE:
            return _why_not_merged(facts)
        case Problem.STILL_USED:
            return f"Still in use: {facts.get('used')}. It can go once these are closed."
        case Problem.ADMIN_ROLE_STAYS:
            return "The admin role stays: who installs Tandem or recovers it gets this role."
        case Problem.ADMIN_KEEPS:
            what = facts.get("permission", "what administrators do")
            return f"Admins must keep “{what}”, or nobody could give it back."
        case Problem.NEWCOMERS_WITHOUT_ROLE:
            which = facts.get("word", "this role").replace("_", " ")
            return f"Who uses Tandem for the first time gets {which}. Choose another one for them."
        case Problem.NEWCOMERS_ADMINISTER:
            which = facts.get("word", "this role")
            return (
                f"Everybody who uses Tandem for the first time gets {which}, so it cannot change "
                "roles or people. Choose another role for newcomers first."
            )
        case Problem.NOBODY_CHANGES_ROLES:
            return "Nobody who is active could change roles any more."
        case Problem.UNKNOWN_PERMISSION:
            return f"There is no permission called {facts.get('word', 'that')}."
        case Problem.NOT_TEXT:
            return "This must be text; put a number or a date in quotes, like '2026'."
        case Problem.NOT_A_DOCUMENT:
            return "I cannot read this as YAML. Compare it with what an export looks like."
        case Problem.DOCUMENT_TOO_LONG:
            return f"The text is too long; {facts.get('most')} characters fit."
        case Problem.REFERENCE_IN_DOCUMENT:
            return "References and tags (&, *, !) cannot be used here. Write out what is meant."
        case Problem.OTHER_FORMAT:
            return f"The text must begin with version: {facts.get('version')}, as an export does."
        case Problem.RATE_OF_BASE:
            return f"{facts.get('currency')} is the base currency, so it has no rate."
        case Problem.CANNOT_MOVE:
            return f"Records cannot move to {facts.get('word')}: it is not there any more."
        case Problem.UNKNOWN_CODE:
            return "I do not know this code. Check it letter by letter, or ask for another one."
        case Problem.CODE_USED:
            return "This code has been used; each works once. Ask for another one."
        case Problem.CODE_EXPIRED:
            return "This code is more than a day old. Ask for another one."
        case Problem.CODE_REVOKED:
            return "This code was taken back. Ask for another one."
        case Problem.ACCESS_IN_RENEWAL:
            return "I am renewing my access to this workspace just now. Try again in a minute."
        case Problem.TOO_MANY_CODES_TRIED:
            return "Too many wrong codes came from here. Please wait an hour, then try again."
        case _:
            assert_never(refused.problem)


def _listed(facts: Mapping[str, str]) -> str:
    choices = facts.get("choices")
    return f": {choices}" if choices else ""


def _days(facts: Mapping[str, str]) -> str:
    """` (2026-01-01 to 2026-06-30)`."""
    first, last = facts.get("first"), facts.get("last")
    if first and last:
        return f" ({first} to {last})"
    return f" (from {first})" if first else f" (until {last})" if last else ""


def _off_a_hundred(facts: Mapping[str, str]) -> str:
    """`90, 10 are missing`."""
    missing = 100 - int(facts.get("total", "0"))
    return f"{100 - missing}, " + (
        f"{missing} are missing" if missing > 0 else f"{-missing} too many"
    )


def _range(facts: Mapping[str, str]) -> str:
    least, most = facts.get("ge"), facts.get("le")
    if least and most:
        return f"from {least} to {most}"
    return f"{least} or more" if least else f"{most} or less" if most else "within its limits"


def _why_not_merged(facts: Mapping[str, str]) -> str:
    name, into = facts.get("name"), facts.get("into")
    match MergeProblem(facts["reason"]):
        case MergeProblem.ITSELF:
            return f"{name} cannot be merged into itself. Choose another partner."
        case MergeProblem.MERGED:
            part = f" and is part of {into} now" if into else ""
            return f"{name} was merged already{part}."
        case MergeProblem.DIRECT:
            return f"{name} stands for opportunities without a partner and cannot be merged."


def _decimals(facts: Mapping[str, str]) -> str:
    currency = facts.get("currency")
    if currency:
        return f"{currency} has no decimals; write a whole amount, like 48000."
    return "The value can have two decimals at most, like 12.50."


def _open_amount(facts: Mapping[str, str]) -> str:
    due, currency = Decimal(facts.get("due", "0")), facts.get("currency")
    if not due:
        return f"Nothing is open in {currency} on that day."
    return f"Only {due:,} {currency} is open on that day."


def _already(facts: Mapping[str, str]) -> str:
    name = facts.get("name")
    if name is None:
        return "This already exists."
    if facts.get("status") != "inactive":
        return f"There is already {name}."
    return f"There is already {cut(name, 80)}; it is inactive until /partner edit changes that."
