"""Words as Slack wants them: escaped in one place, cut at a word, money and dates in one look."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from services.money import rounded
from services.text import locale_of

ELLIPSIS = "…"
NO_BREAK = "\u00a0"
"""Between the digits of an amount: a line that ends there makes two numbers of one."""
MINUS = "\u2212"
_NOTHING = "\u200b"
"""Not to be seen: it stands where Slack would begin with a capital."""
BRITISH = Locale("en", "GB")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_CODE_AGAINST_DIGITS = re.compile(r"(?<=[A-Z])(?=\d)")
"""Unicode's data ask for a space there, Babel leaves it out (`CHF500`)."""


def escape(words: str) -> str:
    """A person's words inside mrkdwn: the three characters Slack asks for, and no mentions.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(words: str, most: int) -> str:
    """At most `most` characters, cut at a word where one ends near enough."""
    if len(words) <= most:
        return words
    short = words[: most - 1]
    at_word = short.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > most // 2 else short).rstrip() + ELLIPSIS


@lru_cache(maxsize=20_000)
def plain(words: str, most: int = 75) -> str:
    """A person's words as plain text of a control: one line, never empty, not too long."""
    return cut(" ".join(words.split()) or "-", most)


def isolated(words: str) -> str:
    """Right-to-left words kept from turning what stands beside them.

    https://www.w3.org/International/questions/qa-bidi-unicode-controls
    """
    if not words.isascii() and any(
        unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in words
    ):
        return f"\u2068{words}\u2069"
    return words


def shown(words: str, most: int = 255) -> str:
    """A person's words inside a line of others, escaped."""
    return escape(isolated(cut(words, most)))


@lru_cache(maxsize=20_000)
def money(amount: Decimal, currency: str, locale: str) -> str:
    """`€48,000`, `CHF 500`: the reader's grouping; cents only when there are any, half up where the
    currency has fewer.
    """
    amount = rounded(amount, currency)
    whole = amount == amount.to_integral_value()
    shown = format_currency(
        amount,
        currency,
        locale=locale_of(locale),
        currency_digits=not whole,
        format=None if not whole else _whole_pattern(locale),
    )
    return _written(shown)


@lru_cache(maxsize=20_000)
def exact(amount: Decimal, currency: str, locale: str) -> str:
    """`€4,800.00`, below zero with a minus in front: full to the cent, for what is added up."""
    kept = rounded(abs(amount), currency)
    written = _written(format_currency(kept, currency, locale=locale_of(locale)))
    return f"{MINUS}{written}" if amount < 0 else written


@lru_cache(maxsize=20_000)
def day(value: date, locale: str, today: date | None = None) -> str:
    """`Wed 30 Sep`, with the year when it is another one."""
    pattern = "EEE d MMM" if today and value.year == today.year else "EEE d MMM y"
    return format_date(value, pattern, locale=english(locale))


def english(locale: str) -> Locale:
    """The reader's English, for names of days and currencies: our sentences are in English."""
    found = locale_of(locale)
    return found if found.language == "en" else BRITISH


def day_token(value: date, *, begins: bool = False) -> str:
    """A date that Slack shows in the reader's words. Noon UTC, so that no zone shifts the day.

    `begins`: a line or a sentence, so that it says "Today", not "today".
    """
    stamp = int(datetime.combine(value, time(12), UTC).timestamp())
    return f"<!date^{stamp}^{_pretty(begins=begins)}|{value.isoformat()}>"


def moment_token(value: datetime, *, begins: bool = False) -> str:
    """A moment in the reader's own zone; `begins` as for a day."""
    stamp = int(value.timestamp())
    fallback = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{stamp}^{_pretty(begins=begins)} {{time}}|{fallback}>"


def link(address: str, words: str, most: int = 255) -> str:
    """A web address behind a person's words, escaped; what would end it early is encoded."""
    whole = address.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{escape(whole)}|{shown(' '.join(words.split()), most)}>"


def mention(slack_user_id: str) -> str:
    """A mention, which notifies the person."""
    return f"<@{slack_user_id}>"


def count(number: int, one: str, many: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {one if number == 1 else many}"


def _pretty(*, begins: bool) -> str:
    """Slack writes the first letter of a token large unless something stands before it.

    https://metacpan.org/pod/Slack::BlockKit::Block::RichText::Date
    """
    return "{date_short_pretty}" if begins else f"{_NOTHING}{{date_short_pretty}}"


def _written(amount: str) -> str:
    return re.sub(r"\s", NO_BREAK, _CODE_AGAINST_DIGITS.sub(" ", amount))


def _whole_pattern(locale: str) -> str:
    pattern = locale_of(locale).currency_formats["standard"].pattern
    return pattern.replace("0.00", "0")
