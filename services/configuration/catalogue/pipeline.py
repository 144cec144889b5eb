"""Settings of the pipeline: its stages, why opportunities are lost, where new ones are shown."""

from pydantic import TypeAdapter

from services.configuration.catalogue.setting import Category, FollowUp, Setting
from services.configuration.kinds import Channel, Choice, Choices
from services.configuration.stages import Pipeline, Stage

PIPELINE = Setting(
    Category.PIPELINE,
    "stages",
    TypeAdapter(Pipeline),
    Pipeline(
        stages=(
            Stage(key="prospecting", label="Prospecting", probability=10, stale_after_days=30),
            Stage(key="qualified", label="Qualified", probability=25, stale_after_days=21),
            Stage(key="proposal", label="Proposal", probability=50, stale_after_days=14),
            Stage(key="negotiation", label="Negotiation", probability=75, stale_after_days=14),
            Stage(key="won", label="Won", kind="won", probability=100),
            Stage(key="lost", label="Lost", kind="lost", probability=0),
        )
    ),
    "The stages an opportunity goes through, in order",
    "object",
    follow_ups=frozenset({FollowUp.RULES, FollowUp.COMMISSIONS, FollowUp.HEALTH}),
)
LOSS_REASONS = Setting(
    Category.PIPELINE,
    "loss_reasons",
    TypeAdapter(Choices),
    (
        Choice(key="price", label="Price"),
        Choice(key="competitor", label="Chose a competitor"),
        Choice(key="no_budget", label="No budget"),
        Choice(key="no_decision", label="No decision"),
        Choice(key="timing", label="Wrong time"),
        Choice(key="other", label="Other"),
    ),
    "Why an opportunity is lost",
    "array",
)
DEALS_CHANNEL = Setting(
    Category.PIPELINE,
    "deals_channel",
    TypeAdapter(Channel | None),
    None,
    "Where the card of each new opportunity is posted",
    "object",
)

SETTINGS = (PIPELINE, LOSS_REASONS, DEALS_CHANNEL)
