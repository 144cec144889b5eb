"""The days nobody works: those of a country, those of it the company works on, its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import cast

from babel.dates import format_date

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.settings.section import (
    Facts,
    Group,
    Section,
    SectionNote,
    Values,
    editor,
)
from handlers.blocks.settings.views import section_view
from handlers.blocks.text import count, english, escape
from handlers.routing import FieldValue, View
from services.configuration import Held
from services.configuration.catalogue import HOLIDAYS, TIME_ZONE, Holidays, OwnHoliday
from services.errors import FieldProblem, InvalidInput, Problem
from services.holidays import (
    is_known_country,
    is_known_subdivision,
    known_countries,
    public_holidays,
    subdivision_names,
)
from services.zones import zone_named

CHOOSE_COUNTRY = "holidays_choose_country"
CHOOSE_REGION = "holidays_choose_region"
COUNTRY = "holidays_country"
REGION = "holidays_region"
PUBLIC = "holidays_public"
OWN = "holidays_own"
NEW_DAY = "holidays_new_day"
NEW_LABEL = "holidays_new_label"
NONE = "-"
"""No country, or all of it: no code looks like this."""
_BETWEEN = "|"
"""Between the parts of a block_id; no code of a country or a part of one has it."""
_BOXES = 10
_AHEAD = timedelta(days=366)
_MOST_OWN = 50
"""Own days in sight; later ones come up as these pass."""
_MOST_LABEL = 60
_SHORT_CODE = 3


def country_name(code: str, locale: str) -> str:
    """What the country is called; its code where nobody says."""
    names = cast("Mapping[str, str]", english(locale).territories)
    return names.get(code, code)


def region_name(country: str, region: str) -> str:
    """What a part of a country is called there; its code where nobody says."""
    names = subdivision_names(country).get(region, ())
    return next((name for name in names if len(name) > _SHORT_CODE), region)


def country_options(query: str, locale: str) -> list[kit.Element]:
    """The countries whose name or code has these words, and none at all."""
    named = sorted((country_name(code, locale), code) for code in known_countries())
    nothing = [kit.option("No public holidays", NONE)]
    found = [kit.option(name, code) for name, code in named if _matches(query, (name, code))]
    return _fitting(nothing if not query.strip() else [], found)


def region_options(country: str, query: str) -> list[kit.Element]:
    """The parts of a country whose name or code has these words, and the whole of it."""
    codes = known_countries().get(country, ())
    names = subdivision_names(country)
    parts = sorted((region_name(country, code), code) for code in codes)
    whole = [kit.option("The whole country", NONE)]
    found = [
        kit.option(name, code)
        for name, code in parts
        if _matches(query, (name, code, *names.get(code, ())))
    ]
    return _fitting(whole if not query.strip() else [], found)


def form(value: Holidays, default: Holidays, facts: Facts) -> list[kit.Block]:
    """The fields: country, part, the coming days, the company's own, a new one."""
    return [
        _country(value, default, facts),
        *_region(value),
        *_public(value, facts),
        *_own(value, facts),
        kit.divider(),
        *_new(),
    ]


def redrawn(values: Values, facts: Facts, drawing: str, note: SectionNote) -> View:
    """The modal when another country or part of it was chosen; nothing is saved yet."""
    country, region = _place(values)
    removed = _removed(values, country, facts)
    own = facts.value(HOLIDAYS).own
    draft = Holidays(country=country, subdivision=region, removed=tuple(removed), own=own)
    return section_view(SECTION, facts.having(HOLIDAYS, draft), drawing, note=note)


def read(values: Values, facts: Facts) -> Holidays:
    """The value of the fields. Raises InvalidInput where one is wrong."""
    country, region = _place(values)
    own = _kept(values, facts.value(HOLIDAYS).own)
    given = {
        "country": country,
        "subdivision": region,
        "removed": _removed(values, country, facts),
        "own": [*own, *_added(values, own)],
    }
    return forms.read_value(HOLIDAYS.type, given, at)


def at(path: str) -> str:
    """The field of a problem at this path inside the value."""
    if path.startswith("own"):
        return NEW_DAY if path.endswith("day") else NEW_LABEL
    return COUNTRY


def _country(value: Holidays, default: Holidays, facts: Facts) -> kit.Block:
    code = value.country
    name = country_name(code, facts.locale) if code else "No public holidays"
    control = kit.type_ahead(
        CHOOSE_COUNTRY, "Type a country", chosen=kit.option(name, code or NONE)
    )
    hint = f"Its public holidays are days off. Default: {_words(default, facts)}."
    return kit.field(COUNTRY, "Country", control, hint=hint, tells_at_once=True)


def _region(value: Holidays) -> list[kit.Block]:
    """Its block_id has the country: Slack keeps what is chosen as long as that stays the same."""
    country = value.country
    if country is None or not known_countries()[country]:
        return []
    part = value.subdivision
    option = (
        kit.option(region_name(country, part), part)
        if part
        else kit.option("The whole country", NONE)
    )
    control = kit.type_ahead(f"{CHOOSE_REGION}:{country}", "Type a region", chosen=option)
    hint = "Some regions have days of their own."
    name = f"{REGION}{_BETWEEN}{country}"
    return [kit.field(name, "Region", control, hint=hint, tells_at_once=True)]


def _public(value: Holidays, facts: Facts) -> list[kit.Block]:
    """A box for each day of the year ahead; those without a tick are worked on."""
    if value.country is None:
        return []
    today = _today(facts)
    days = _public_between(value.country, value.subdivision, today, today + _AHEAD)
    where = (value.country, value.subdivision or "")
    return [
        _boxes_for(
            (PUBLIC, *where),
            "Days off in the year ahead" if number == 0 else "Later days off",
            {day: f"{_day(day, facts)} · {days[day]}" for day in group},
            [day for day in group if day not in value.removed],
            "Untick a day that your company works on.",
        )
        for number, group in enumerate(_in_groups(list(days)))
    ]


def _own(value: Holidays, facts: Facts) -> list[kit.Block]:
    today = _today(facts)
    coming = {each.day: each.label for each in value.own if each.day >= today}
    return [
        _boxes_for(
            (OWN,),
            "Your own days off" if number == 0 else "More of your own days off",
            {day: f"{_day(day, facts)} · {coming[day]}" for day in group},
            group,
            "Untick a day to remove it.",
        )
        for number, group in enumerate(_in_groups(list(islice(coming, _MOST_OWN))))
    ]


def _new() -> list[kit.Block]:
    label = kit.text_input(NEW_LABEL, placeholder="Company day", most=_MOST_LABEL)
    return [
        kit.field(NEW_DAY, "Add a day off", kit.date_picker(NEW_DAY), is_optional=True),
        kit.field(NEW_LABEL, "What it is called", label, is_optional=True),
    ]


def _boxes_for(
    named: Sequence[str],
    label: str,
    words: Mapping[date, str],
    ticked: Sequence[date],
    hint: str,
) -> kit.Block:
    """The block_id tells which days are in sight: only of those does a missing tick say a thing."""
    first, last = min(words), max(words)
    name = _BETWEEN.join([*named, first.isoformat(), last.isoformat()])
    options = {day: kit.option(each, day.isoformat()) for day, each in words.items()}
    boxes = kit.checkboxes(
        named[0], list(options.values()), chosen=[options[day] for day in ticked]
    )
    return kit.field(name, label, boxes, hint=hint, is_optional=True)


def _removed(values: Values, country: str | None, facts: Facts) -> list[date]:
    """The days that are worked on: those in sight without a tick, and those out of sight as they
    were.
    """
    present = facts.value(HOLIDAYS)
    removed = set(present.removed if country == present.country else ())
    for group in _groups(values, PUBLIC):
        if group.country == country:
            in_sight = set(_public_between(country, group.region, group.first, group.last))
            removed = (removed - in_sight) | (in_sight - group.ticked)
    return sorted(removed)


def _kept(values: Values, own: Sequence[OwnHoliday]) -> list[OwnHoliday]:
    kept = list(own)
    for group in _groups(values, OWN):
        kept = [each for each in kept if not group.has(each.day) or each.day in group.ticked]
    return kept


@dataclass(frozen=True, slots=True)
class _Group:
    """Boxes as they were sent: of which place and days they are, and which have a tick."""

    country: str | None
    region: str | None
    first: date
    last: date
    ticked: frozenset[date]

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


def _groups(values: Values, kind: str) -> list[_Group]:
    named = ((name.split(_BETWEEN), value) for name, value in values.items())
    return [group for parts, value in named if parts[0] == kind and (group := _group(parts, value))]


def _group(parts: Sequence[str], value: FieldValue) -> _Group | None:
    """What a block_id and the ticks say; None where they are not ours."""
    *_, country, region, first, last = ["", "", "", *parts]
    try:
        ticked = frozenset(map(date.fromisoformat, value if isinstance(value, list) else ()))
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return _Group(country or None, region or None, *days, ticked)


def _added(values: Values, own: Sequence[OwnHoliday]) -> list[dict[str, object]]:
    day, label = values.get(NEW_DAY), values.get(NEW_LABEL)
    if not day and not label:
        return []
    if not day or not label:
        raise InvalidInput.of(NEW_LABEL if day else NEW_DAY, Problem.REQUIRED)
    taken = {each.day.isoformat(): each.label for each in own}
    if day in taken:
        problem = FieldProblem(Problem.ALREADY_EXISTS, {"name": taken[str(day)]})
        raise InvalidInput({NEW_DAY: problem})
    return [{"day": day, "label": label}]


def _place(values: Values) -> tuple[str | None, str | None]:
    """The country and the part of it that are chosen. A part of another country is none."""
    country = values.get(COUNTRY)
    if not isinstance(country, str) or not is_known_country(country):
        return None, None
    region = values.get(f"{REGION}{_BETWEEN}{country}")
    known = isinstance(region, str) and is_known_subdivision(country, region)
    return country, str(region) if known else None


def _public_between(
    country: str | None, region: str | None, first: date, last: date
) -> dict[date, str]:
    if country is None:
        return {}
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(country, region, year).items()
        if first <= day <= last
    }


def _in_groups(days: Sequence[date]) -> list[Sequence[date]]:
    return [days[at : at + _BOXES] for at in range(0, len(days), _BOXES)]


def _today(facts: Facts) -> date:
    return facts.now.astimezone(zone_named(facts.value(TIME_ZONE))).date()


def _day(day: date, facts: Facts) -> str:
    return format_date(day, "EEE d MMM y", locale=english(facts.locale))


def _matches(query: str, names: Sequence[str]) -> bool:
    words = query.casefold().split()
    return any(all(word in name.casefold() for word in words) for name in names)


def _fitting(first: list[kit.Element], others: list[kit.Element]) -> list[kit.Element]:
    return [*first, *others][: kit.MOST_OPTIONS]


def _words(value: Holidays, facts: Facts) -> str:
    """`Germany, Bayern; 2 days worked; 1 own day`."""
    if value.country is None:
        where = "no public holidays"
    else:
        part = value.subdivision
        region = f", {region_name(value.country, part)}" if part else ""
        where = f"{country_name(value.country, facts.locale)}{region}"
    worked = count(len(value.removed), "of its days worked", "of its days worked")
    own = count(len(value.own), "own day", "own days")
    return "; ".join([where, *([worked] if value.removed else []), *([own] if value.own else [])])


def _draw(held: Held[Holidays], facts: Facts) -> list[kit.Block]:
    return form(held.value, held.default, facts)


def _summary(facts: Facts) -> str:
    said = _words(facts.value(HOLIDAYS), facts)
    return escape(said[:1].upper() + said[1:])


SECTION = Section(
    key="holidays",
    title="Holidays",
    group=Group.COMPANY,
    about="Nobody is reminded on these days: the weekly reminder comes on the working day before.",
    summary=_summary,
    editors=(editor(HOLIDAYS, "Holidays", draw=_draw, read=read, words=_words, at=at),),
    also_reads=(TIME_ZONE,),
    other_names=("days-off",),
)
