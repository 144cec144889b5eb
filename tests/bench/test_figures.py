import pytest

from bench.figures import P50, Sample, Series, cpu, latency, percentile, ratio, whole_cpu


def a_series(name: str, *medians: float) -> Series:
    return Series(name, [Sample((seconds,), seconds, seconds) for seconds in medians])


def test_a_percentile_is_a_latency_that_occurred() -> None:
    latencies = [each / 1000 for each in range(100, 0, -1)]

    assert percentile(latencies, 50) == pytest.approx(50)
    assert percentile(latencies, 99) == pytest.approx(99)
    assert percentile(latencies[:1], 99) == pytest.approx(100)


def test_costs_are_milliseconds_for_each_unit_of_work() -> None:
    sample = Sample((0.1, 0.3, 0.2), seconds=0.3, cpu_seconds=0.06, database_seconds=0.03)

    assert latency(sample) == pytest.approx(200)
    assert cpu(sample) == pytest.approx(20)
    assert whole_cpu(sample) == pytest.approx(30)


def test_rounds_are_compared_with_the_round_beside_them() -> None:
    ours = a_series("ours", 0.02, 0.04, 0.03)
    baseline = a_series("theirs", 0.01, 0.02, 0.005)

    found = ratio(P50, ours, baseline)

    assert (found.value, found.least, found.most) == pytest.approx((2, 2, 6))
