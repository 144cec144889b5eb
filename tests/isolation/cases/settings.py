"""Functions about the company's settings and exchange rates."""

from datetime import date
from decimal import Decimal

from services import channels, configuration, working_time
from services.configuration import (
    Change,
    catalogue,
    changing,
    checks,
    moving,
    rates,
    transfer,
    usage,
    values,
)
from services.configuration.catalogue import Channel, Pipeline
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known

DAY = date(2026, 1, 1)
STAGES = catalogue.PIPELINE.default.stages
FEWER = Pipeline(stages=tuple(stage for stage in STAGES if stage.key != "proposal"))
DOMAINS = {"cloud": "data"}


def channel_of(its: Known) -> Channel:
    """A channel of the other company's workspace."""
    return Channel(workspace_id=str(its.workspace_id), channel_id="C0ELSEWHERE")


def document_of(its: Known) -> str:
    """The other company's channel in a document."""
    return f"version: 1\nalerts:\n  channel: {{workspace: '{its.workspace_id}', channel: C1}}\n"


CASES: tuple[Case, ...] = (
    Case(configuration.get, lambda _, __: (catalogue.STALE_DAYS,)),
    Case(configuration.held, lambda _, __: (catalogue.STALE_DAYS,)),
    Case(configuration.hold, lambda _, __: (catalogue.STALE_DAYS,)),
    Case(configuration.write, lambda _, __: (catalogue.STALE_DAYS, 40)),
    Case(values.erase, lambda _, __: (catalogue.STALE_DAYS,)),
    Case(
        configuration.change,
        lambda its, _: ([Change(catalogue.DEALS_CHANNEL, channel_of(its))],),
    ),
    Case(transfer.export, nothing),
    Case(transfer.version, nothing),
    Case(transfer.diff, lambda its, _: (document_of(its),)),
    Case(transfer.import_, lambda its, _: (document_of(its),)),
    Case(channels.post_tests, lambda its, _: ({catalogue.DEALS_CHANNEL.name: channel_of(its)},)),
    Case(working_time.working_time, nothing),
    Case(values.take_turns, nothing),
    Case(values.take_turns_with_records, nothing),
    Case(changing.planned, lambda _, __: ([Change(catalogue.PIPELINE, FEWER)],)),
    Case(changing.apply, lambda _, __: ([],)),
    Case(
        checks.refuse_contradictions,
        lambda its, _: ({catalogue.DEALS_CHANNEL.name: channel_of(its)},),
    ),
    Case(
        moving.move_opportunities,
        lambda _, __: (catalogue.PIPELINE.default, FEWER, {"discovery": "lost"}),
    ),
    Case(usage.used, lambda _, __: (catalogue.PARTNER_DOMAINS, ["cloud", "data"])),
    Case(usage.refer_anew, lambda _, __: (catalogue.PIPELINE, {"lost": "won"})),
    Case(usage.move, lambda _, __: (catalogue.PARTNER_DOMAINS, DOMAINS)),
    Case(
        usage.tell_moved,
        lambda _, __: (catalogue.PARTNER_DOMAINS, "partner", usage.Moved("cloud", "data", 1)),
    ),
    Case(rates.current_rates, nothing),
    Case(rates.rate_on, lambda _, __: ("EUR", DAY)),
    Case(rates.convert, lambda _, __: (Decimal(5), "EUR", DAY)),
    Case(
        rates.set_rate,
        lambda _, __: (rates.SetRate(currency="EUR", valid_from=DAY, rate=Decimal(2)),),
    ),
    Case(rates.remove_rate, lambda _, __: ("EUR", DAY)),
    Case(rates.put_rates, lambda _, __: ("USD", [rates.Rate("EUR", DAY, Decimal(3))])),
    Case(rates.drop_rates, lambda _, __: ("USD", [rates.Rate("EUR", DAY, Decimal(3))])),
    Case(rates.missing_in, lambda _, __: (rates.Rates("CHF", {}),)),
    Case(rates.replace_all, lambda _, __: (rates.Rates("USD", {}),)),
    Case(changing.whole, lambda _, __: ([],)),
    Case(changing.follow_up, lambda _, __: ([catalogue.PIPELINE, catalogue.REMINDER_DAY],)),
)
