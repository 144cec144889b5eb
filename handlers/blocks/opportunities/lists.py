"""Opportunities in lists: a page with its totals, and which one is meant."""

from decimal import Decimal

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.kit import Block, Element
from handlers.blocks.opportunities.cards import bold_line, line
from handlers.blocks.opportunities.values import (
    MOVE,
    NEW,
    OPEN,
    PAGE,
    ListRef,
    MoveRef,
    NewRef,
    OpportunityRef,
    Reader,
)
from handlers.blocks.text import escape, money, shown
from services.configuration.catalogue import Stage
from services.opportunities import Filter, Line, Opportunity, Page, Total

_Shown = tuple[str, list[Block]]


def listing(
    page: Page, wanted: Filter, stage_label: str | None, reader: Reader, meant: Stage | None = None
) -> _Shown:
    """A page of opportunities; without any, the button that begins one. `meant`: the stage that
    the words may be a typo of.
    """
    title = _title(wanted, stage_label, reader)
    if not page.rows:
        return _nothing(wanted, stage_label, reader, meant)
    text = f"{title}: {page.total_count} · {_totals(page.totals, reader)}"
    is_mine = _is_mine(wanted, reader)
    rows = [_row(each, reader, with_owner=not is_mine) for each in page.rows]
    return text, [kit.section(f"*{text}*"), *rows, *_paging(page, wanted)]


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


def _title(wanted: Filter, stage_label: str | None, reader: Reader) -> str:
    is_mine = _is_mine(wanted, reader)
    state = "" if stage_label or wanted.with_closed else "open "
    whose = f"My {state}" if is_mine else f"All {state}" if not wanted.words else state
    title = f"{whose}opportunities"
    title = title[0].upper() + title[1:]
    where = f" in {escape(stage_label)}" if stage_label else ""
    words = f" with “{shown(wanted.words, 60)}”" if wanted.words else ""
    return f"{title}{where}{words}"


def _totals(totals: tuple[Total, ...], reader: Reader) -> str:
    value = _sum([(each.currency, each.value) for each in totals], reader)
    weighted = _sum([(each.currency, each.weighted) for each in totals], reader)
    return f"{value} · weighted {weighted}"


def _sum(amounts: list[tuple[str, Decimal]], reader: Reader) -> str:
    return " + ".join(money(amount, currency, reader.locale) for currency, amount in amounts)


def _is_mine(wanted: Filter, reader: Reader) -> bool:
    return reader.actor is not None and wanted.owner_id == reader.actor.user_id


def _row(it: Line, reader: Reader, *, with_owner: bool) -> Block:
    """Without the owner where all of them are the reader's own."""
    owner = shown(it.owner_name) if it.owner_name else "nobody"
    facts = [shown(it.partner_name), *([owner] if with_owner else [])]
    words = f"{bold_line(it, reader)}\n{' · '.join(facts)}"
    value = forms.pack(OpportunityRef(number=it.number))
    label = f"Open #{it.number}"
    return kit.section(
        words, accessory=kit.button("Open", f"{OPEN}:{it.number}", value, label=label)
    )


def _nothing(
    wanted: Filter, stage_label: str | None, reader: Reader, meant: Stage | None
) -> _Shown:
    title = _title(wanted, stage_label, reader)
    text = f"{title}: there are none."
    if title == "My open opportunities":
        text = "You have no open opportunities."
    if meant is not None:
        text += f" Did you mean the stage {escape(meant.label)}?"
    buttons = [*_meant_list(meant), *_new_button(reader)]
    return text, [kit.section(text), *([kit.actions(*buttons)] if buttons else [])]


def _meant_list(meant: Stage | None) -> list[Element]:
    if meant is None:
        return []
    value = forms.pack(ListRef(wanted=Filter(stage=meant.key)))
    return [kit.button(f"Show {meant.label}", f"{PAGE}:meant", value)]


def _new_button(reader: Reader) -> list[Element]:
    if not reader.may_create():
        return []
    return [kit.button("New opportunity", NEW, forms.pack(NewRef()), style="primary")]


def _paging(page: Page, wanted: Filter) -> list[Block]:
    def value_of(number: int) -> str:
        return forms.pack(ListRef(wanted=wanted, page=number))

    return kit.paging(page.number, page.pages, PAGE, value_of)
