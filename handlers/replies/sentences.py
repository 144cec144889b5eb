"""Why something was refused as a whole: what happened, what was saved (nothing), what to do."""

from collections.abc import Mapping

from handlers.blocks.text import count, cut, escape
from handlers.replies.problems import problem_sentence
from services import errors
from services.configuration.roles import PERMISSIONS
from services.errors import DomainError

NOTHING_SAVED = "Nothing was saved."
_ACTIONS: Mapping[str, str] = {
    **{each.name: each.words[:1].lower() + each.words[1:] for each in PERMISSIONS},
    "opportunities.view": "see these opportunities",
    "opportunities.move": "move this opportunity",
    "opportunities.edit": "edit this opportunity",
    "opportunities.reassign": "give this opportunity to somebody else",
    "opportunities.archive": "archive this opportunity",
    "opportunities.share": "share this opportunity",
    "people.manage": "change people",
    "roles.manage": "change roles",
    "workspaces.manage": "connect or unlink workspaces",
}
"""What a permission is for; about the record in hand where there is one."""


def sentence(error: DomainError) -> str:
    """What happened, what was saved (nothing) and what to do; not escaped."""
    told = _about_records(error) or _about_opportunities(error) or _about_partners(error)
    told = told or _about_the_company(error)
    return told or f"I cannot do this. {NOTHING_SAVED}"


def _about_records(error: DomainError) -> str | None:  # noqa: C901, PLR0911  # one line for each refusal there is
    match error:
        case errors.NotAllowed():
            what = _ACTIONS.get(error.permission, "do this")
            return (
                f"Your role does not let you {what}. {NOTHING_SAVED} "
                "An admin of your company can change your role."
            )
        case errors.NotFound():
            return f"I cannot find {error.kind} {cut(error.reference, 80)}."
        case errors.Ambiguous():
            names = ", ".join(error.candidates)
            return f"Which {error.kind} do you mean: {names}?"
        case errors.LikelyDuplicates():
            names = ", ".join(error.found.values())
            return f"{cut(error.reference, 80)} looks like {names}. {NOTHING_SAVED}"
        case errors.NoSeatLeft():
            return (
                f"{_seats(error.seats)}, so nobody more can join. "
                "Whoever runs Tandem for your company can raise the number."
            )
        case errors.NotAMember():
            return _NOT_A_MEMBER.get(error.reason, _NOT_A_MEMBER["stranger"])
        case errors.NotToldWho():
            return (
                "You are new to me, and Slack is too busy just now to tell me who you are. "
                f"{NOTHING_SAVED} Try again in a minute."
            )
        case errors.ChangedMeanwhile():
            return f"{_who_moved(error)} {NOTHING_SAVED}"
        case errors.FiledMeanwhile():
            return f"You have filed this week in another window meanwhile. {NOTHING_SAVED}"
        case errors.MoveNotAllowed():
            allowed = ", ".join(error.allowed)
            return (
                f"#{error.number} cannot go from {error.from_label} to "
                f"{error.to_label}. From there it may go to: {allowed or 'no other stage'}."
                f" {NOTHING_SAVED}"
            )
        case _:
            return None


def _about_opportunities(error: DomainError) -> str | None:
    match error:
        case errors.Archived():
            return (
                f"#{error.number} is archived, so it stays as it is. {NOTHING_SAVED} "
                f"`/opp restore {error.number}` brings it back."
            )
        case errors.EditedMeanwhile():
            who = error.by or "A rule"
            return (
                f"{who} changed #{error.number} {_ago(error.seconds_ago)}. {NOTHING_SAVED} "
                "Look at it again and then decide."
            )
        case errors.UndoRefused():
            return f"I cannot undo this move of #{error.number}: {_why_not_undone(error)}."
        case _:
            return None


def _why_not_undone(error: errors.UndoRefused) -> str:
    match error.reason:
        case errors.UndoRefusal.TOO_LATE:
            return "it was made more than ten minutes ago"
        case errors.UndoRefusal.NOT_YOURS:
            return f"{error.by or 'a rule'} made it, and only who made a move takes it back"
        case errors.UndoRefusal.CHANGED_SINCE:
            when = "" if error.seconds_ago is None else f" {_ago(error.seconds_ago)}"
            return f"{error.by or 'a rule'} changed it{when}"
        case errors.UndoRefusal.STAGE_GONE:
            return "the stage it came from is not there any more"


def _about_partners(error: DomainError) -> str | None:  # noqa: PLR0911  # same
    match error:
        case errors.PartnerEditedMeanwhile():
            return f"{_who_edited(error)} {NOTHING_SAVED}"
        case errors.InteractionChanged():
            who = error.by or "Somebody else"
            return f"{who} has changed this interaction meanwhile. {NOTHING_SAVED}"
        case errors.TermsChanged():
            return f"{_who_agreed(error)} {NOTHING_SAVED}"
        case errors.ContactChanged():
            return (
                f"Somebody else has changed {cut(error.name, 80)} meanwhile. {NOTHING_SAVED} "
                "Close this and open the contact again."
            )
        case errors.StandsForNone():
            return (
                f"{cut(error.name, 80)} stands for opportunities without a partner. "
                f"{NOTHING_SAVED} An admin names it in `/tandem settings`."
            )
        case errors.CannotMerge():
            return f"{_why_not_merged(error)} {NOTHING_SAVED}"
        case _:
            return None


def _about_the_company(error: DomainError) -> str | None:  # noqa: C901, PLR0911  # same
    match error:
        case errors.TooManyLinkCodes():
            return (
                f"There are {error.most} open link codes, which is the most there can be. "
                f"Revoke one of them first. {NOTHING_SAVED}"
            )
        case errors.WorkspaceTaken():
            return (
                f"{cut(error.name, 80)} belongs to another company here already. {NOTHING_SAVED} "
                "An admin there can move it with `/tandem link` and the code."
            )
        case errors.StillUsed():
            what = ", ".join(f"{key} ({count})" for key, count in error.counts.items())
            way = "Say where they go." if error.can_move else "They have to be closed first."
            return f"Still in use: {what}. {way} {NOTHING_SAVED}"
        case errors.InvalidDocument():
            return f"{_document_problems(error)} {NOTHING_SAVED}"
        case errors.SwitchedOff():
            return (
                "Tandem is switched off for your company; nothing is lost. "
                "Whoever runs it can switch it on again."
            )
        case errors.Unlinked():
            return "An admin took this workspace out of the company."
        case errors.NoRate():
            return f"There is no exchange rate for {error.currency} on {error.day.isoformat()}."
        case errors.NotConfigured():
            return (
                f"This needs a setting that is not made yet ({error.setting}). An admin "
                "can make it with `/tandem settings`."
            )
        case _:
            return None


def _document_problems(error: errors.InvalidDocument) -> str:
    """The first few lines that are wrong, and how many more there are."""
    told = [
        f"Line {each.line}{f', {each.setting}' if each.setting else ''}: "
        f"{problem_sentence(each.problem)}"
        for each in error.problems[:_MOST_LINES]
    ]
    more = len(error.problems) - _MOST_LINES
    return " ".join([*told, f"And {count(more, 'more line', 'more lines')}."] if more > 0 else told)


def changed_meanwhile(error: errors.ChangedMeanwhile) -> str:
    """`Ana moved #42 to Proposal 2 minutes ago.`, escaped."""
    return escape(_who_moved(error))


def _who_moved(error: errors.ChangedMeanwhile) -> str:
    who = error.by or "A rule"
    return f"{who} moved #{error.number} to {error.now_at} {_ago(error.seconds_ago)}."


def _why_not_merged(error: errors.CannotMerge) -> str:
    facts = {
        "name": cut(error.name, 80),
        "reason": error.reason.value,
        "into": cut(error.into or "", 80),
    }
    return problem_sentence(errors.FieldProblem(errors.Problem.CANNOT_MERGE, facts))


def edited_meanwhile(error: errors.PartnerEditedMeanwhile) -> str:
    """`Ana changed the website 2 minutes ago.`, escaped."""
    return escape(_who_edited(error))


def _who_edited(error: errors.PartnerEditedMeanwhile) -> str:
    fields = " and ".join(_PARTNER_FIELDS.get(each, each) for each in error.fields)
    return f"{error.by or 'Somebody'} changed {fields} {_ago(error.seconds_ago)}."


def terms_changed(error: errors.TermsChanged) -> str:
    """`Ana changed these terms 2 minutes ago.`, escaped."""
    return escape(_who_agreed(error))


def _who_agreed(error: errors.TermsChanged) -> str:
    if error.by is None:
        return "Somebody else changed these terms meanwhile."
    return f"{error.by} changed these terms {_ago(error.seconds_ago)}."


_PARTNER_FIELDS: Mapping[str, str] = {
    "name": "the name",
    "domain": "the domain",
    "website": "the website",
    "status": "the status",
    "agreement_start": "the start of the agreement",
    "agreement_end": "the end of the agreement",
    "renewal_alert_days": "the notice before the agreement ends",
}
_NOT_A_MEMBER: Mapping[str, str] = {
    "bot": "Bots cannot use Tandem.",
    "guest": "Guests cannot use Tandem. Ask an admin of your Slack workspace for a full account.",
    "deactivated": "Your Slack account is deactivated.",
    "inactive": "Your account in Tandem is not active. An admin of your company can change it.",
    "admin_email": (
        "Your e-mail belongs to an admin here, who has to approve this account first. I have asked "
        "in their direct messages with me; the question is open for a day. Nothing was saved."
    ),
    "not_theirs": (
        "Your e-mail belongs to an admin here, who said that this account is not theirs. Nothing "
        "was saved. Talk to an admin of your company, or change your e-mail in Slack."
    ),
    "admin_away": (
        "Your e-mail belongs to an admin here, and nobody who could approve this account can be "
        "reached in Slack. Nothing was saved. Whoever runs Tandem for your company can help."
    ),
    "stranger": "Tandem works for the people of the company that installed it. You are of another.",
}
_MOST_LINES = 5
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def _ago(seconds: int) -> str:
    if seconds < _MINUTE:
        return f"{count(max(seconds, 1), 'second', 'seconds')} ago"
    if seconds < _HOUR:
        return f"{count(seconds // _MINUTE, 'minute', 'minutes')} ago"
    if seconds < _DAY:
        return f"{count(seconds // _HOUR, 'hour', 'hours')} ago"
    return f"{count(seconds // _DAY, 'day', 'days')} ago"


def _seats(seats: int) -> str:
    if seats == 1:
        return "Your company's only seat is taken"
    return f"All {seats} seats of your company are taken" if seats else "Your company has no seats"
