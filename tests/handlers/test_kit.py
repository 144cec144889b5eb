import pytest

from handlers.blocks import kit


@pytest.mark.parametrize("halved", ["&amp;", "&lt;", "<@U0RON>", "<https://a.example|an offer>"])
@pytest.mark.parametrize("shown", [1, 2, 3])
def test_what_is_cut_ends_with_no_half_of_what_slack_reads(halved: str, shown: int) -> None:
    words = "x" * (kit.SECTION - 1 - shown) + halved + "x" * 9

    block = kit.section(words)

    assert block["text"] == {"type": "mrkdwn", "text": "x" * (kit.SECTION - 1 - shown) + "…"}


def test_what_fits_stays_whole() -> None:
    words = "R&amp;D <@U0RON> <https://a.example|A long offer…>"

    assert kit.section(words)["text"] == {"type": "mrkdwn", "text": words}
