import pytest

from services.organizations.onboarding import Facts, RefusedChannel, Step, progress_of

DEALS = "pipeline.deals_channel"
ALERTS = "alerts.channel"
REFUSED = (RefusedChannel(ALERTS, "workspace", "C0ALERTS", "is_archived"),)


@pytest.mark.parametrize(
    ("facts", "done"),
    [
        (Facts(), set()),
        (Facts(reached=(DEALS,)), {Step.CHANNELS}),
        (Facts(reached=(DEALS,), waiting=(ALERTS,)), set()),
        (Facts(reached=(DEALS,), refused=REFUSED), set()),
        (Facts(is_pipeline_seen=True), {Step.PIPELINE}),
        (Facts(people=2), {Step.BEGIN}),
        (Facts(has_opportunity=True), {Step.BEGIN}),
        (Facts(reached=(DEALS,), is_pipeline_seen=True, people=2), set(Step)),
    ],
)
def test_a_step_is_done_when_the_facts_say_so(facts: Facts, done: set[Step]) -> None:
    progress = progress_of(facts)

    assert progress.done == done
    assert progress.is_complete == (done == set(Step))
