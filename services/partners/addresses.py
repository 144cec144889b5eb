"""E-mail addresses and phone numbers as people type them. Pure."""

from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator

from services.errors import Problem
from services.text import blank_is_none, clean, refused

LONGEST_EMAIL = 254
LONGEST_PHONE = 50


def _email(words: str) -> str:
    try:
        checked = validate_email(clean(words, LONGEST_EMAIL), check_deliverability=False)
    except EmailNotValidError as error:
        raise refused(Problem.NOT_AN_EMAIL) from error
    return checked.normalized


def _phone(words: str) -> str:
    typed = clean(words, LONGEST_PHONE)
    if not any(each.isdigit() for each in typed):
        raise refused(Problem.NOT_A_PHONE)
    return typed


OptionalEmail = Annotated[
    Annotated[str, AfterValidator(_email)] | None, BeforeValidator(blank_is_none)
]
OptionalPhone = Annotated[
    Annotated[str, AfterValidator(_phone)] | None, BeforeValidator(blank_is_none)
]
"""As it is written, with a digit at least: extensions and each country's way stay."""
