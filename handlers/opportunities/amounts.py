"""The value of a form, read as its writer writes amounts."""

from collections.abc import Mapping
from decimal import Decimal

from handlers.routing import FieldValue
from services.errors import FieldProblem, InvalidInput, Problem
from services.money import parse_amount


def read_amount(
    values: Mapping[str, FieldValue], locale: str, currency: str | None = None
) -> tuple[Decimal, dict[str, FieldProblem]]:
    """The value, or zero and why it was refused: the other fields are still to be read. The sign
    of the form's currency may stand beside it, or of `currency` where the form asks for none.
    """
    words, chosen = values.get("deal_value"), values.get("currency")
    if not isinstance(words, str) or not words.strip():
        return Decimal(0), {"deal_value": FieldProblem(Problem.REQUIRED)}
    known = chosen if isinstance(chosen, str) else currency
    try:
        return parse_amount(words, locale, currency=known), {}
    except InvalidInput as refused:
        return Decimal(0), refused.problems
