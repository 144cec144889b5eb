"""Opportunities in lists: a page with its totals, and which one is meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities.cards import bold_line, line
from handlers.blocks.opportunities.list_controls import controls, may_see_all
from handlers.blocks.opportunities.list_words import by_currency, title, total
from handlers.blocks.opportunities.values import (
    MOVE,
    NEW,
    OPEN,
    PAGE,
    ListRef,
    MoveRef,
    NewRef,
    Reader,
    opening,
)
from handlers.blocks.text import count, cut, escape, shown
from services.configuration.catalogue import Pipeline, Stage
from services.opportunities import Filter, Line, Names, Opportunity, Page

_Shown = tuple[str, list[Block]]
_LABEL = 40
_MOST_BUTTONS = 4


@dataclass(frozen=True, slots=True)
class Listing:
    """A page, what it is a page of, and the other lists that may have been meant."""

    page: Page
    wanted: Filter
    pipeline: Pipeline
    instead: Filter | None = None
    """What was asked for were the words no name."""
    meant: Filter | None = None
    """What was asked for were one of the words a typo."""
    meant_names: Names | None = None

    def title(self, reader: Reader) -> str:
        return title(self.wanted, self.page.names, self.pipeline, reader)


def listing(it: Listing, reader: Reader) -> _Shown:
    """A page of opportunities; without any, the button that begins one or asks for more."""
    if not it.page.rows:
        return _nothing(it, reader)
    text = f"{it.title(reader)}: {total(it.page, it.wanted, reader)}"
    consists = by_currency(it.page, it.wanted, reader)
    with_owner = it.wanted.owner_id is None
    rows = [_row(each, reader, with_owner=with_owner) for each in it.page.rows]
    return text, [
        kit.section(f"*{text}*"),
        *([kit.context(consists)] if consists else []),
        *_controls(it, reader),
        *rows,
        *_paging(it),
        *_actions(_other_lists(it)),
    ]


def which(words: str) -> _Shown:
    """A number is needed; how to give it. `words` are the command's usage."""
    text = f"Tell me which opportunity by its number, like `{words}`."
    return text, [kit.section(text)]


def meant_stage(it: Opportunity, words: str, stage: Stage | None, reader: Reader) -> _Shown:
    """No stage is called so; the likely one as a button, else all there are."""
    text = f"There is no stage “{shown(words, 60)}”. "
    if stage is None or stage not in it.may_move_to:
        names = ", ".join(escape(each.label) for each in it.may_move_to) or "no other stage"
        text += f"{line(it, reader)} may move to: {names}. Nothing was saved."
        return text, [kit.section(text)]
    text += f"Did you mean {escape(stage.label)}? Nothing was saved."
    value = forms.pack(MoveRef.of(it, stage.key))
    button = kit.button(f"Move to {stage.label}", MOVE, value, style="primary")
    return text, [kit.section(text), kit.actions(button)]


def _row(it: Line, reader: Reader, *, with_owner: bool) -> Block:
    """Without the owner where all of them are one person's."""
    owner = shown(it.owner_name) if it.owner_name else "nobody"
    facts = [shown(it.partner_name), *([owner] if with_owner else []), *_flags(it)]
    words = f"{bold_line(it, reader)}\n{' · '.join(facts)}"
    opens, value = f"{OPEN}:{it.number}", opening(it.number, it.id)
    return kit.section(
        words, accessory=kit.button("Open", opens, value, label=f"Open #{it.number}")
    )


def _flags(it: Line) -> list[str]:
    if it.is_archived:
        return ["archived"]
    days = count(it.days_in_stage, "day", "days")
    return [f":hourglass: stale, {days} in its stage"] if it.is_stale else []


def _controls(it: Listing, reader: Reader) -> list[Block]:
    """A search is narrowed by other words, not by these."""
    if it.wanted.sort == "best":
        return []
    return [controls(it.wanted, it.page.names, it.pipeline, reader)]


def _nothing(it: Listing, reader: Reader) -> _Shown:
    heading = it.title(reader)
    text = f"{heading}: there are none."
    if heading == "My open opportunities":
        text = "You have no open opportunities."
    said = f"{text} {_question(it, reader)}".strip()
    buttons = [*_other_lists(it), *_wider(it, reader), *_new_button(reader)]
    return said, [kit.section(said), *_actions(buttons[:_MOST_BUTTONS]), *_controls(it, reader)]


def _question(it: Listing, reader: Reader) -> str:
    if it.meant is None:
        return ""
    return f"Did you mean “{title(it.meant, it.meant_names or Names(), it.pipeline, reader)}”?"


def _other_lists(it: Listing) -> list[Element]:
    """What else the words may have meant."""
    others: list[Element] = []
    if it.meant is not None:
        others.append(_list_button("Show those", "meant", it.meant))
    if it.instead is not None and it.instead.words:
        label = f"With “{cut(it.instead.words, _LABEL)}” in the name"
        others.append(_list_button(label, "instead", it.instead))
    return others


def _wider(it: Listing, reader: Reader) -> list[Element]:
    """The same without what narrows it: first everything but whose, then whose."""
    of_owner = Filter(owner_id=it.wanted.owner_id)
    if it.wanted.model_copy(update={"sort": "close"}) != of_owner:
        return [_list_button("Show all open ones", "wider", of_owner)]
    if it.wanted.owner_id is not None and may_see_all(reader):
        return [_list_button("Show everybody's", "wider", Filter())]
    return []


def _list_button(label: str, which: str, wanted: Filter) -> Element:
    return kit.button(label, f"{PAGE}:{which}", forms.pack(ListRef(wanted=wanted)))


def _actions(buttons: Sequence[Element]) -> list[Block]:
    return [kit.actions(*buttons)] if buttons else []


def _new_button(reader: Reader) -> list[Element]:
    if not reader.may_create():
        return []
    return [kit.button("New opportunity", NEW, forms.pack(NewRef()), style="primary")]


def _paging(it: Listing) -> list[Block]:
    def value_of(number: int) -> str:
        return forms.pack(ListRef(wanted=it.wanted, page=number))

    return kit.paging(it.page.number, it.page.pages, PAGE, value_of)
