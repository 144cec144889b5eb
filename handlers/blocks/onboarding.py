"""Setting up, in blocks: the installer's message, and what Home and `/tandem` say is missing."""

from handlers.blocks import kit
from handlers.blocks.opportunities import NEW, NewRef
from handlers.blocks.people.listing import OPEN_PEOPLE
from handlers.blocks.settings import OPEN_SECTION, OPEN_SETTINGS, posted_in
from handlers.blocks.text import count, cut, escape, shown
from handlers.forms import pack
from handlers.routing import Blocks
from services.organizations.onboarding import CHANGE, Facts, Progress, RefusedChannel, Step
from services.people import MANAGE
from services.values import Actor

FITS = "onboarding_fits"
WELCOME_TEXT = "Tandem is installed, and you are its admin."
COMPLETE_TEXT = "Tandem is set up."
DONE = ":white_check_mark:"
OPEN = ":black_square_button:"
WARNING = ":warning:"
_LONGEST_STAGES = 300
NO_ADMIN = (
    f"{WARNING} Your company has no admin, so nobody can change its settings. An owner of your "
    "Slack workspace becomes one with their first use of Tandem on a day, and whoever runs Tandem "
    "for you can make somebody one at once."
)


def welcome_message(progress: Progress) -> tuple[str, Blocks]:
    """For who has brought the company here: three steps, each ticked when it is done."""
    if progress.is_complete:
        text = COMPLETE_TEXT
        more = "`/tandem settings` changes any of it, `/tandem help` lists everything."
        return text, [kit.section(f"*{text}*"), *_steps(progress), kit.context(more)]
    text = WELCOME_TEXT
    head = f"*{text}*\nThree steps and your company can work with it:"
    others = "`/tandem` shows what is missing at any time, and `/tandem help` lists everything."
    return text, [kit.section(head), *_steps(progress), kit.context(others)]


def missing(progress: Progress) -> Blocks:
    """What is left to do and what stands in the way; nothing when all is well."""
    troubles = _troubles(progress.facts)
    if progress.is_complete:
        return troubles
    left = len(Step) - len(progress.done)
    head = f"*Setting up Tandem: {count(left, 'step', 'steps')} left*"
    return [kit.section(head), *_steps(progress), *troubles]


def ways_in(actor: Actor) -> Blocks:
    """To press instead of typing the command; nothing for who may do neither."""
    buttons = [
        *([kit.button("Settings", OPEN_SETTINGS, "1")] if actor.may(CHANGE) else []),
        *([kit.button("People", OPEN_PEOPLE, "1")] if actor.may(MANAGE) else []),
    ]
    return [kit.actions(*buttons)] if buttons else []


def no_admin() -> Blocks:
    """For everybody, who may know the one that can help."""
    return [kit.section(NO_ADMIN)]


def _steps(progress: Progress) -> Blocks:
    facts, done = progress.facts, progress.done
    return [
        *_step(Step.CHANNELS in done, "Choose channels", _channels(facts), _choose(facts)),
        *_step(Step.PIPELINE in done, "Check stages and currency", _pipeline(facts), _check()),
        *_step(
            Step.BEGIN in done,
            "Begin, and tell your colleagues",
            "Everybody in this workspace can begin at once: `/opp new` adds an opportunity.",
            [kit.button("New opportunity", NEW, pack(NewRef()))],
        ),
    ]


def _step(is_done: bool, title: str, words: str, buttons: list[kit.Element]) -> Blocks:
    if is_done:
        return [kit.section(f"{DONE} *{title}*: done")]
    return [kit.section(f"{OPEN} *{title}*\n{words}"), kit.actions(*buttons)]


def _channels(facts: Facts) -> str:
    if facts.waiting:
        return f"My test post is on its way to the channel for {posted_in(facts.waiting)}."
    if facts.refused:
        return f"The channel for {posted_in(each.setting for each in facts.refused)} refuses me."
    return "Where I post new opportunities, alerts and weekly statuses."


def _choose(facts: Facts) -> list[kit.Element]:
    words = "Choose again" if facts.refused else "Choose channels"
    return [_section_button(words, "channels", is_first=True)]


def _pipeline(facts: Facts) -> str:
    stages = cut(" → ".join(facts.stages), _LONGEST_STAGES)
    return f"Opportunities go {escape(stages)}. Totals are in {escape(facts.base_currency)}."


def _check() -> list[kit.Element]:
    return [
        kit.button("They fit", FITS, "1", style="primary"),
        _section_button("Change stages", "stages"),
        _section_button("Change currency", "currencies"),
    ]


def _section_button(words: str, key: str, *, is_first: bool = False) -> kit.Element:
    style = "primary" if is_first else None
    return kit.button(words, f"{OPEN_SECTION}:{key}", key, style=style)


def _troubles(facts: Facts) -> Blocks:
    lines = [_refused(each) for each in facts.refused]
    lines += [
        f"{WARNING} Nobody sees {posted_in([each.setting])}: their channel is in "
        f"*{shown(each.workspace, 80)}*, where Tandem is not installed any more. Install it there "
        "again or choose another channel in `/tandem settings channels`."
        for each in facts.lost
    ]
    lines += [
        f"{WARNING} Slack refuses my token for *{shown(name, 80)}*: nothing is posted there, and "
        "nothing is lost. Install Tandem there again."
        for name in facts.parked
    ]
    if not facts.has_admin:
        lines.append(NO_ADMIN)
    return [kit.section(cut("\n".join(lines), kit.SECTION))] if lines else []


def _refused(it: RefusedChannel) -> str:
    posted = posted_in([it.setting])
    return (
        f"{WARNING} <#{it.channel_id}> takes none of my messages, so nobody sees {posted} there. "
        "Invite me to it or choose another in `/tandem settings channels`."
    )
