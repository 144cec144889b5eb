"""Exchange rates: what one unit of a currency is worth in the base currency, from a day on.

A rate counts until the next one of its currency; one for the future may be set today. When the base
currency changes, the rates to the new one are worked out from those to the old (`rebased`), day by
day; the old ones stay as they were entered, and count again should the old base come back, unless
they are worked out anew. Remembered with the settings, and forgotten with them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Annotated, Self, cast

from pydantic import AfterValidator, BaseModel, ConfigDict
from sqlalchemy import delete, select, union
from sqlalchemy.dialects.postgresql import insert

from services import audit, jobs
from services.configuration.catalogue import BASE_CURRENCY, CURRENCIES, TIME_ZONE
from services.configuration.values import get, take_turns_with_records
from services.days import Day
from services.db import Tx
from services.errors import InvalidInput, NoRate, NotFound, Problem
from services.money import CurrencyCode, rounded
from services.tables import ExchangeRate, Goal, Opportunity
from services.text import refused
from services.values import UTC
from services.zones import zone_named

KIND = "exchange_rate"
PERMISSION = "settings.change"
NAME = "revenue.rates"
"""What the rates are remembered and exported by."""

DECIMALS = 10
MOST = Decimal(1_000_000_000)
_DIGITS = 12
"""What a rate that is worked out is rounded to, in significant digits."""
_ONE = Decimal(1)


def _rate(rate: Decimal) -> Decimal:
    if not rate.is_finite() or not 0 < rate < MOST:
        raise refused(Problem.NOT_A_RATE)
    kept = rate.quantize(_ONE.scaleb(-DECIMALS))
    if kept != rate:
        raise refused(Problem.NOT_A_RATE)
    return kept.normalize()


RateValue = Annotated[Decimal, AfterValidator(_rate)]
"""More than zero, less than a thousand million, at most ten decimals."""


class RateFrom(BaseModel):
    """Units of the base currency for one unit of `currency`, from a day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: CurrencyCode
    valid_from: Day
    rate: RateValue


class SetRate(RateFrom):
    """A rate as somebody wants it. `shown` is the one of that day that they saw, '' for none; None
    does not look.
    """

    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate as it was set, or worked out."""

    currency: str
    valid_from: date
    rate: Decimal

    @property
    def version(self) -> str:
        return f"{self.rate:f}"


@dataclass(frozen=True, slots=True)
class Rates:
    """Every rate to one base currency, each currency's in the order of their days."""

    base: str
    by_currency: Mapping[str, Sequence[Rate]]

    @classmethod
    def of(cls, base: str, rates: Iterable[Rate]) -> Self:
        """These rates, in whatever order they come."""
        by_currency: dict[str, list[Rate]] = {}
        for rate in sorted(rates, key=lambda each: each.valid_from):
            by_currency.setdefault(rate.currency, []).append(rate)
        return cls(base, by_currency)

    def all(self) -> tuple[Rate, ...]:
        """By currency, then by day."""
        return tuple(rate for code in sorted(self.by_currency) for rate in self.by_currency[code])

    def find(self, currency: str, valid_from: date) -> Rate | None:
        """The rate that begins on that very day."""
        known = self.by_currency.get(currency, ())
        return next((each for each in known if each.valid_from == valid_from), None)

    def on(self, currency: str, day: date) -> Decimal | None:
        """The rate in force that day; None before the first one."""
        if currency == self.base:
            return _ONE
        known = self.by_currency.get(currency, ())
        at = bisect_right([each.valid_from for each in known], day)
        return known[at - 1].rate if at else None

    def convert(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """In the base currency at the rate of that day, half up to its minor unit.

        Raises NoRate.
        """
        rate = self.on(currency, day)
        if rate is None:
            raise NoRate(currency, day)
        return rounded(amount * rate, self.base)


async def current_rates(tx: Tx) -> Rates:
    """The rates to the present base currency. No SQL on a hit, as for settings."""
    company = tx.recollection.company
    if NAME not in company.values:
        company.values[NAME] = await _read(tx, await get(tx, BASE_CURRENCY))
    return cast("Rates", company.values[NAME])


async def rate_on(tx: Tx, currency: str, day: date) -> Decimal | None:
    """Units of the base currency for one of `currency` that day; None when none is in force."""
    return (await current_rates(tx)).on(currency, day)


async def convert(tx: Tx, amount: Decimal, currency: str, day: date) -> Decimal:
    """The amount in the base currency at the rate of that day, half up to its minor unit.

    Raises NoRate.
    """
    return (await current_rates(tx)).convert(amount, currency, day)


async def set_rate(tx: Tx, new: SetRate) -> Rate:
    """Set a rate, or correct the one that begins that day. Needs `settings.change`.

    Raises InvalidInput: at `currency` for one that the company does not use or the base itself, at
    `rate` (Problem.CHANGED_MEANWHILE) when it is not what `shown` says.
    """
    tx.actor.require(PERMISSION)
    await take_turns_with_records(tx)
    base = await get(tx, BASE_CURRENCY)
    used = [each for each in await get(tx, CURRENCIES) if each != base]
    if new.currency not in used:
        choices = ", ".join(used)
        raise InvalidInput.of("currency", Problem.UNKNOWN_CURRENCY, choices=choices)
    before = await _held(tx, base, new.currency, new.valid_from)
    _refuse_outdated(before, new.shown)
    rate = Rate(new.currency, new.valid_from, new.rate)
    if before != rate:
        await put_rates(tx, base, [rate])
        await _record(tx, base, rate, before, rate)
    return rate


async def remove_rate(tx: Tx, currency: str, valid_from: date, *, shown: str | None = None) -> None:
    """Take a rate away: the one before it counts on. Needs `settings.change`.

    Raises NotFound, and InvalidInput as `set_rate` does.
    """
    tx.actor.require(PERMISSION)
    await take_turns_with_records(tx)
    base = await get(tx, BASE_CURRENCY)
    before = await _held(tx, base, currency, valid_from)
    if before is None:
        raise NotFound(KIND, f"{currency} {valid_from}")
    _refuse_outdated(before, shown)
    await drop_rates(tx, base, [before])
    await _record(tx, base, before, before, None)


async def put_rates(tx: Tx, base: str, rates: Iterable[Rate]) -> None:
    """Write these rates to `base`, over those of the same days. What was won and waits for one is
    settled afterwards, and what partners' opportunities are worth is looked at anew.
    """
    rows = [
        {
            "organization_id": tx.organization_id,
            "currency": each.currency,
            "base_currency": base,
            "valid_from": each.valid_from,
            "rate": each.rate,
            "created_at": tx.now,
        }
        for each in rates
    ]
    if not rows:
        return
    fresh = insert(ExchangeRate)
    await tx.session.execute(
        fresh.on_conflict_do_update(
            index_elements=["organization_id", "base_currency", "currency", "valid_from"],
            set_={"rate": fresh.excluded.rate},
        ),
        rows,
    )
    tx.recollection.forget()
    jobs.enqueue(tx, jobs.SETTLE_COMMISSIONS)
    jobs.enqueue(tx, jobs.RECOMPUTE_HEALTH)


async def drop_rates(tx: Tx, base: str, rates: Iterable[Rate]) -> None:
    """Delete the rates to `base` of these currencies and days; what partners' opportunities are
    worth is looked at anew.
    """
    for each in rates:
        await tx.session.execute(
            delete(ExchangeRate).where(
                ExchangeRate.base_currency == base,
                ExchangeRate.currency == each.currency,
                ExchangeRate.valid_from == each.valid_from,
            )
        )
    tx.recollection.forget()
    jobs.enqueue(tx, jobs.RECOMPUTE_HEALTH)


async def missing_in(tx: Tx, rates: Rates) -> tuple[str, ...]:
    """The currencies of records that could not be converted today, were these the rates."""
    today = await _today(tx)
    used = await tx.session.scalars(union(select(Opportunity.currency), select(Goal.currency)))
    return tuple(sorted(code for code in used if code and rates.on(code, today) is None))


async def replace_all(tx: Tx, rates: Rates) -> None:
    """Have these be all rates to their base, with an audit entry for each that is another."""
    before, after = await _read(tx, rates.base), rates
    gone = [each for each in before.all() if after.find(each.currency, each.valid_from) is None]
    fresh = [each for each in after.all() if before.find(each.currency, each.valid_from) != each]
    await drop_rates(tx, rates.base, gone)
    await put_rates(tx, rates.base, fresh)
    for each in (*gone, *fresh):
        old = before.find(each.currency, each.valid_from)
        await _record(tx, rates.base, each, old, after.find(each.currency, each.valid_from))


def rebased(rates: Rates, base: str) -> Rates:
    """The same rates to another base: on each day on which either of two changes, their quotient,
    from the first day both are known.
    """
    if base == rates.base:
        return rates
    codes = {rates.base, *rates.by_currency} - {base}
    days = {code: _days(rates, code, base) for code in codes}
    crossed = (_crossed(rates, code, base, day) for code in codes for day in days[code])
    return Rates.of(base, (each for each in crossed if each is not None))


def _days(rates: Rates, *codes: str) -> set[date]:
    return {each.valid_from for code in codes for each in rates.by_currency.get(code, ())}


def _crossed(rates: Rates, currency: str, base: str, day: date) -> Rate | None:
    mine, its = rates.on(currency, day), rates.on(base, day)
    if mine is None or its is None:
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        quotient = mine / its
    kept = max(quotient.quantize(_ONE.scaleb(-DECIMALS)), _ONE.scaleb(-DECIMALS))
    return Rate(currency, day, kept.normalize())


async def _read(tx: Tx, base: str) -> Rates:
    found = await tx.session.execute(
        select(ExchangeRate.currency, ExchangeRate.valid_from, ExchangeRate.rate).where(
            ExchangeRate.base_currency == base
        )
    )
    return Rates.of(base, (Rate(code, day, rate.normalize()) for code, day, rate in found))


async def _held(tx: Tx, base: str, currency: str, valid_from: date) -> Rate | None:
    """The rate that begins that very day."""
    return (await _read(tx, base)).find(currency, valid_from)


def _refuse_outdated(before: Rate | None, shown: str | None) -> None:
    if shown is not None and shown != (before.version if before else ""):
        raise InvalidInput.of("rate", Problem.CHANGED_MEANWHILE)


async def _record(tx: Tx, base: str, rate: Rate, before: Rate | None, after: Rate | None) -> None:
    details = {
        "currency": rate.currency,
        "base_currency": base,
        "valid_from": rate.valid_from.isoformat(),
        "from": before.version if before else None,
        "to": after.version if after else None,
    }
    action = "rate.set" if after else "rate.removed"
    await audit.record(tx, action, KIND, details=details)


async def _today(tx: Tx) -> date:
    zone = zone_named(await get(tx, TIME_ZONE)) or UTC
    return tx.now.astimezone(zone).date()
