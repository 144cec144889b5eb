import pytest

from bench.figures import Measure, Sample, Series, cpu, duration, latency, percentile, ratio

MEDIAN = Measure("the median", 1, latency)


def a_series(name: str, *medians: float) -> Series:
    samples = [Sample((seconds,), seconds, seconds) for seconds in medians]
    return Series(name, {1: samples})


def test_a_percentile_is_a_latency_that_occurred() -> None:
    latencies = [each / 1000 for each in range(100, 0, -1)]

    assert percentile(latencies, 50) == pytest.approx(50)
    assert percentile(latencies, 99) == pytest.approx(99)
    assert percentile(latencies[:1], 99) == pytest.approx(100)


def test_costs_are_milliseconds_for_each_unit_of_work() -> None:
    sample = Sample(latencies=(0.1, 0.3, 0.2), seconds=0.3, cpu_seconds=0.06)

    assert latency(sample) == pytest.approx(200)
    assert duration(sample) == pytest.approx(100)
    assert cpu(sample) == pytest.approx(20)


def test_rounds_are_compared_with_the_round_beside_them() -> None:
    ours = a_series("ours", 0.02, 0.04, 0.03)
    baseline = a_series("theirs", 0.01, 0.02, 0.015)

    found = ratio(MEDIAN, ours, baseline)

    assert found.value == pytest.approx(2)
    assert (found.ours, found.theirs) == (pytest.approx(30), pytest.approx(15))
    assert not found.is_void


def test_a_ratio_is_void_when_the_baselines_rounds_differ_by_more_than_twice() -> None:
    ours = a_series("ours", 0.02, 0.02, 0.02)

    usual = ratio(MEDIAN, ours, a_series("theirs", 0.01, 0.02, 0.02))
    disturbed = ratio(MEDIAN, ours, a_series("theirs", 0.01, 0.015, 0.021))

    assert not usual.is_void
    assert disturbed.is_void
