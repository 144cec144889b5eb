"""The forms of what is entered by hand: an adjustment, a payment."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from handlers import forms
from handlers.blocks import kit
from handlers.blocks.commission.values import ENTRY_FORM, EnterRef, Reader, short
from handlers.blocks.commission.words import typed_amount
from handlers.blocks.kit import Block, View
from handlers.blocks.text import MINUS, day, escape, exact
from services.commission.adjustments import Adjust, Pay
from services.partners import Partner

_LONGEST_REASON = 255
_LONGEST_AMOUNT = 60
_BALANCES_SHOWN = 10


def entry_form(
    partner: Partner,
    ref: EnterRef,
    balances: Mapping[str, Decimal],
    currencies: Sequence[str],
    reader: Reader,
) -> View:
    """What is due stands above; a payment begins with all of it."""
    is_payment = ref.what == "payment"
    codes = list(dict.fromkeys([*balances, *currencies]))
    due = balances.get(codes[0], Decimal(0)) if codes else Decimal(0)
    return kit.modal(
        "Record payment" if is_payment else "Adjust commission",
        [
            kit.section(f"*{short(partner.name)}*\n{_due(balances, reader)}"),
            _amount(due if is_payment and due else None, reader, is_payment=is_payment),
            _currency(codes),
            _day(reader, is_payment=is_payment),
            _reason(is_payment=is_payment),
        ],
        callback_id=ENTRY_FORM,
        submit="Record" if is_payment else "Adjust",
        metadata=forms.pack(ref),
    )


def entered(new: Adjust | Pay, partner: Partner, reader: Reader) -> str:
    """`Recorded: €2,000.00 paid to Globex on Wed 18 Nov.`"""
    amount = escape(exact(abs(new.amount), new.currency, reader.locale))
    name, on = short(partner.name), day(new.on, reader.locale, reader.today)
    if isinstance(new, Pay):
        done = f"{amount} paid to {name}" if new.amount > 0 else f"{amount} paid back by {name}"
    else:
        done = f"{amount} {'more' if new.amount > 0 else 'less'} for {name}"
    return f"Recorded: {done} on {on}."


def _due(balances: Mapping[str, Decimal], reader: Reader) -> str:
    if not balances:
        return "Nothing is due today."
    told = [
        f"{'To recover' if amount < 0 else 'Due today'}: "
        f"{escape(exact(abs(amount), currency, reader.locale))}"
        for currency, amount in list(balances.items())[:_BALANCES_SHOWN]
    ]
    left = len(balances) - len(told)
    return "\n".join([*told, *([f"… and {left} more"] if left else [])])


def _amount(due: Decimal | None, reader: Reader, *, is_payment: bool) -> Block:
    initial = None if due is None else typed_amount(due, reader.locale)
    control = kit.text_input(
        "amount",
        initial=initial,
        placeholder=typed_amount(Decimal(500), reader.locale),
        most=_LONGEST_AMOUNT,
    )
    what = "what the partner has paid back" if is_payment else "less for the partner"
    return kit.field("amount", "Amount", control, hint=f"With {MINUS} in front: {what}.")


def _currency(codes: Sequence[str]) -> Block:
    options = [kit.option(code, code) for code in codes]
    control = kit.select("currency", "Choose a currency", options, chosen=options[0])
    return kit.field("currency", "Currency", control)


def _day(reader: Reader, *, is_payment: bool) -> Block:
    hint = "The day it was paid" if is_payment else "The day it counts on"
    return kit.field(
        "on", "Day", kit.date_picker("on", initial=reader.today.isoformat()), hint=hint
    )


def _reason(*, is_payment: bool) -> Block:
    control = kit.text_input("reason", most=_LONGEST_REASON)
    if is_payment:
        hint = "For example the number of the transfer"
        return kit.field("reason", "Reference", control, hint=hint, is_optional=True)
    hint = "The partner's statement shows it"
    return kit.field("reason", "Reason", control, hint=hint)
