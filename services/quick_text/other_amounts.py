"""What stands beside a number and says that it is not the value: a count of things, a discount, the
price of one of many. Words only; what becomes of such a number is decided where it is read.
"""

import re

from services.quick_text.anchors import LATIN

_WINDOW = 40
"""So many characters before a number are looked at."""
_COUNTED = (
    r"users?|seats?|licen[cs]es?|employees|people|ppl|headcount|workers|members|students|patients"
    r"|customers|contacts|leads|followers|visitors|units?|pcs|pieces|devices?|endpoints?|sensors?"
    r"|nodes?|servers?|hosts?|agents?|vms?|cores?|stores|locations|sites"
    r"|(?:api )?(?:calls|requests)|records|rows|messages|e-?mails|sms|transactions|tokens|credits"
    r"|impressions|clicks|views|downloads|eps|tps|hours|hrs|miles|km|sq|sqft|sqm|lbs?|kg|tons?"
    r"|tonnes?|mitarbeitern?|nutzern?|benutzern?|lizenzen|plätze|stück|geräte|kunden"
    r"|utilisateurs|postes|salariés|unités|usuarios|licencias|empleados|usuários|licenças"
    r"|utenti|licenze|dipendenti|gebruikers|licenties|medewerkers|użytkowników|licencji"
    r"|användare|licenser|anställda"
)
_THINGS = re.compile(
    rf" (?:{_COUNTED}|run|race|rides?|filings?|forms?|monitors?|displays?|tvs?|videos?|cameras?"
    rf"|screens?|cables?|resolution|plans?)(?![{LATIN}])|(?:人(?!民)|本(?!社)|[名台件個个]|ユーザー)",
    re.IGNORECASE,
)
_SHARE = re.compile(r"% ?(?:of|off|von|de) [$€£]?$", re.IGNORECASE)
_ASIDE = (
    r"discount|rebate|refund|savings?|commission|kickback|turnover|rabatt|provision|umsatz|remise"
    r"|descuento|comisión|desconto|comissão|sconto|provvigione|korting|provisie|rabat|prowizja"
)
_ASIDE_AFTER = re.compile(rf" (?:{_ASIDE}|off)(?![{LATIN}]| [0-9])", re.IGNORECASE)
_ASIDE_BEFORE = re.compile(
    rf"(?<!% )(?<!%)(?<![{LATIN}])(?:{_ASIDE}|saves?|saving|revenue|population|zip(?: code)?)"
    r"(?: of| von| de| di| van)?:? $",
    re.IGNORECASE,
)
_COUNTED_BEFORE = re.compile(rf"(?<![{LATIN}])(?:{_COUNTED}):? $", re.IGNORECASE)
_OF_ONE = re.compile(rf"@ ?$|[0-9] ?(?:{_COUNTED}) (?:at|zu|je|für je|à|a) ?$", re.IGNORECASE)
_OF_A_MONTH = re.compile(
    r"[0-9] ?(?:months?|mos?|quarters?|qtrs?|monate|mois|meses|mesi|maanden) (?:at|x|zu|à|a) ?$"
    r"|月額 ?$|月々 ?$|毎月 ?$|每月 ?$",
    re.IGNORECASE,
)
_YEARS = re.compile(
    rf"(?<![{LATIN}.,])(?:[2-9]|[1-9][0-9]|two|three|four|five|zwei|drei|deux|trois|dos|tres|due|tre)"
    rf"[ -]?(?:years?|yrs?|y|jahre?n?|ans|años|anos|anni|jaar|lata|lat|år)(?![{LATIN}])|[2-9] ?年",
    re.IGNORECASE,
)


def counts_things(words: str, end: int) -> bool:
    """Whether the number that ends there counts things: `50k users`."""
    return _THINGS.match(words, end) is not None


def is_share(words: str, start: int) -> bool:
    """Whether the number that begins there is what a percentage is taken of."""
    return _SHARE.search(_before(words, start)) is not None


def is_aside(words: str, start: int, end: int, *, is_bare: bool) -> bool:
    """Whether it is a discount, a commission, somebody's revenue: `discount 5k`, `$100 off`; a
    bare number also a count of what stands before it: `licences 1,500`.
    """
    before = _before(words, start)
    if _ASIDE_AFTER.match(words, end) or _ASIDE_BEFORE.search(before):
        return True
    return is_bare and _COUNTED_BEFORE.search(before) is not None


def is_of_one(words: str, start: int, *, is_large: bool) -> bool:
    """Whether it is the price of one thing or month of many: `200 seats at $25`, `月額30万円`."""
    before = _before(words, start)
    return bool(_OF_A_MONTH.search(before) or (not is_large and _OF_ONE.search(before)))


def is_for_years(words: str) -> bool:
    """Whether several years are spoken of, so that a yearly amount is not the whole."""
    return _YEARS.search(words) is not None


def _before(words: str, start: int) -> str:
    return words[max(0, start - _WINDOW) : start]
