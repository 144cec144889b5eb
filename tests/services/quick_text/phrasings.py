"""What people type, and what it says. Everybody types on Wednesday 2 September 2026."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.quick_text import Asked, Doubt, Understood

TODAY = date(2026, 9, 2)
PARTNERS = {
    UUID(int=number): name
    for number, name in enumerate(
        (
            "Globex",
            "Initech GmbH",
            "May Partners",
            "Studio 54",
            "3M",
            "Stark Industries",
            "Stack Labs",
            "Umbrella Europe",
            "Umbrella Asia",
            "Direct",
            "Q4 Systems",
            "Über-Data AG",
            "グローベックス",
            "O'Brien & Sons",
            "Closing Bell",
            "Will",
            "March",
        ),
        start=1,
    )
}
BASES = {
    "en-US": "USD",
    "en-CA": "CAD",
    "en-GB": "GBP",
    "en-IN": "INR",
    "pt-BR": "BRL",
    "ja-JP": "JPY",
    "pl-PL": "PLN",
    "sv-SE": "SEK",
    "zh-CN": "CNY",
    "de-CH": "CHF",
}
CURRENCIES = (
    *("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "INR", "BRL", "PLN"),
    *("AED", "HKD", "CNY", "SGD", "NOK"),
)


@dataclass(frozen=True)
class Phrasing:
    """`said`: customer | amount and currency | close date | partner | field:why, what applies."""

    locale: str
    words: str
    said: str

    @property
    def asked(self) -> Asked:
        return asked(self.locale)


def asked(locale: str, **more: object) -> Asked:
    usual: dict[str, object] = {
        "today": TODAY,
        "locale": locale,
        "base_currency": BASES.get(locale, "EUR"),
        "currencies": CURRENCIES,
        "partners": PARTNERS,
    }
    return Asked(**(usual | more))  # pyright: ignore[reportArgumentType]  # a table of fields


def shown(it: Understood) -> str:
    """In the table's way."""
    money = ""
    if it.money:
        money = " ".join([f"{it.money.amount.normalize():f}", *filter(None, [it.money.currency])])
    partner = PARTNERS[it.partner] if it.partner else ""
    parts = [it.customer, money, str(it.close or ""), partner, *map(_doubt, it.doubts)]
    return " | ".join(parts).rstrip(" |")


def _doubt(each: Doubt) -> str:
    return f"{each.field}:{each.why}"


def _money(locale: str, *pairs: tuple[str, str]) -> list[Phrasing]:
    """The amount between the customer and the partner."""
    return [
        Phrasing(locale, f"Acme renewal {words} via Globex", _after("Acme renewal", meant))
        for words, meant in pairs
    ]


def _after(customer: str, meant: str) -> str:
    if ":" not in meant:
        return f"{customer} | {meant} |  | Globex"
    kept, _, doubt = meant.rpartition("|")
    return f"{' '.join(f'{customer} {kept}'.split())} |  |  | Globex | deal_value:{doubt[1:]}"


def _closing(locale: str, *pairs: tuple[str, str]) -> list[Phrasing]:
    """The day after the amount; `close` is the word that leads to it."""
    return [
        Phrasing(
            locale,
            f"Acme 48k {words}",
            f"Acme | 48000 |  |  | expected_close_date{day}"
            if day.startswith(":")
            else f"Acme | 48000 | {day}",
        )
        for words, day in pairs
    ]


MONEY = [
    *_money(
        "en-US",
        ("48k", "48000"),
        ("48K", "48000"),
        ("$48k", "48000 USD"),
        ("$48,000", "48000 USD"),
        ("$48,000.50", "48000.5 USD"),
        ("48000 USD", "48000 USD"),
        ("usd 48000", "48000 USD"),
        ("USD48k", "48000 USD"),
        ("US$ 48k", "48000 USD"),
        ("€48,000", "48000 EUR"),
        ("48k EUR", "48000 EUR"),
        ("48kEUR", "48000 EUR"),
        ("48k euros", "48000 EUR"),
        ("£48k", "48000 GBP"),
        ("HK$ 20k", "20000 HKD"),
        ("AED 12,000", "12000 AED"),
        ("Rs. 5 lakh", "500000 INR"),
        ("₹2.5 crore", "25000000 INR"),
        ("CHF 48'000", "48000 CHF"),
        ("1.5M", "1500000"),
        ("$1.5m", "1500000 USD"),
        ("$2 million", "2000000 USD"),
        ("2.5 million dollars", "2500000 USD"),
        ("$1.2bn", "1200000000 USD"),
        ("1.2 mio EUR", "1200000 EUR"),
        ("48 thousand", "48000"),
        ("two hundred thousand dollars", "200000 USD"),
        ("half a million", "500000"),
        ("worth 48000", "48000"),
        ("for $48,000", "48000 USD"),
        ("at 48k", "48000"),
        ("48,000", "48000"),
        ("(48k)", "48000"),
        ("~48k", "48000"),
        ("about 48k", "48000"),
        ("- 48k", "48000"),
        ("48 k€/yr", "48000 EUR"),
        ("48k p.a.", "48000"),
        ("$48k per year", "48000 USD"),
        ("0k", "0"),
        ("$0", "0 USD"),
        ("$48k CAD", "48000 CAD"),
        ("C$48k", "48000 CAD"),
        ("¥1,200,000", "1200000 JPY"),
        ("480万円", "4800000 JPY"),
        ("$1,20,000", "120000 USD"),
        ("€1.234.567", "1234567 EUR"),
        ("€1.234,56", "1234.56 EUR"),
        ("12,5k €", "12500 EUR"),
        ("\uff14\uff18k", "48000"),
        ("$48k, ($48,000)", "48000 USD"),
        ("€48.000", ":two_readings"),
        ("40-50k", ":several"),
        ("40k to 50k", ":several"),
        ("3 x 16k", ":several"),
        ("48k 52k", ":several"),
        ("$48k EUR", ":unreadable"),
        ("-48k", ":negative"),
        ("$-48k", ":negative"),
        ("up to 48k", ":vague"),
        ("48k/month", ":per_month"),
        ("$20 per user", ":per_month"),
        ("99999bn", ":too_large"),
        ("$48.125", ":two_readings"),
        ("$1,234.567", ":too_many_decimals"),
        ("KWD 48k", ":not_offered"),
        ("3M", "3M|:maybe"),
        ("4K", "4K|:maybe"),
        ("48000", "48000|:maybe"),
    ),
    *_money("en-CA", ("$48k", "48000 CAD"), ("US$48k", "48000 USD")),
    *_money("en-GB", ("£48k", "48000 GBP"), ("£1.2m", "1200000 GBP"), ("48k quid", "48000 GBP")),
    *_money(
        "en-IN",
        ("₹1,20,000", "120000 INR"),
        ("Rs 5 lakh", "500000 INR"),
        ("Rs. 2 cr", "20000000 INR"),
        ("INR 12,50,000", "1250000 INR"),
    ),
    *_money(
        "de-DE",
        ("48.000 €", "48000 EUR"),
        ("48.000,50 €", "48000.5 EUR"),
        ("1,2 Mio. €", "1200000 EUR"),
        ("48 Tsd. EUR", "48000 EUR"),
        ("48 TEUR", "48000 EUR"),
        ("48 T€", "48000 EUR"),
        ("2 Mrd. Euro", "2000000000 EUR"),
        ("im Wert von 48000", "48000"),
        ("48,5k", "48500"),
        ("48,000 €", ":two_readings"),
    ),
    *_money("de-CH", ("CHF 48\u2019000", "48000 CHF"), ("48'000.50 Franken", "48000.5 CHF")),
    *_money(
        "fr-FR",
        ("48 000 €", "48000 EUR"),
        ("48\u202f000 €", "48000 EUR"),
        ("48 k€", "48000 EUR"),
        ("1,5 M€", "1500000 EUR"),
        ("1,5 million d'euros", "1500000 EUR"),
        ("2 milliards d'euros", "2000000000 EUR"),
    ),
    *_money("es-ES", ("48.000 €", "48000 EUR"), ("48 mil euros", "48000 EUR"))
    + _money("es-ES", ("2 millones de euros", "2000000 EUR")),
    *_money("pt-BR", ("R$ 48 mil", "48000 BRL"), ("R$ 1,5 mi", "1500000 BRL"))
    + _money("pt-BR", ("R$ 48.000,00", "48000 BRL"), ("2 milhões de reais", "2000000 BRL")),
    *_money("it-IT", ("48.000 euro", "48000 EUR"), ("48 mila euro", "48000 EUR")),
    *_money("nl-NL", ("€ 48.000", "48000 EUR"), ("1,2 miljoen euro", "1200000 EUR")),
    *_money("pl-PL", ("48 tys. zł", "48000 PLN"), ("48 000 zł", "48000 PLN"))
    + _money("pl-PL", ("1,2 mln PLN", "1200000 PLN")),
    *_money("sv-SE", ("48 000 kr", "48000 SEK"), ("48 tkr", "48000 SEK")),
    *_money("ja-JP", ("480万円", "4800000 JPY"), ("1億2000万円", "120000000 JPY"))
    + _money("ja-JP", ("¥4,800,000", "4800000 JPY"), ("3千円", "3000 JPY")),
    *_money("zh-CN", ("48万元", "480000 CNY"), ("¥48,000", "48000 CNY")),
]

DAYS = [
    *_closing(
        "en-US",
        ("closing 30 sep", "2026-09-30"),
        ("closing sep 30", "2026-09-30"),
        ("closes Sept 30th", "2026-09-30"),
        ("closing on the 30th of September", "2026-09-30"),
        ("closing 30sep", "2026-09-30"),
        ("closing Wed 30 Sep", "2026-09-30"),
        ("closing 30 September 2027", "2027-09-30"),
        ("closing September 30, 2027", "2027-09-30"),
        ("closing 30-Sep-26", "2026-09-30"),
        ("closing 2026-09-30", "2026-09-30"),
        ("2026-09-30", "2026-09-30"),
        ("closing 2026/9/30", "2026-09-30"),
        ("closing 9/30", "2026-09-30"),
        ("closing 30/9", "2026-09-30"),
        ("closing 10/5", "2026-10-05"),
        ("closing 12/25/26", "2026-12-25"),
        ("closing 30.09.2026", "2026-09-30"),
        ("closing today", "2026-09-02"),
        ("closing tomorrow", "2026-09-03"),
        ("closing day after tomorrow", "2026-09-04"),
        ("closing friday", "2026-09-04"),
        ("closing this friday", "2026-09-04"),
        ("by Friday", "2026-09-04"),
        ("closing next tuesday", "2026-09-08"),
        ("closing friday next week", "2026-09-11"),
        ("closing in 3 weeks", "2026-09-23"),
        ("in two weeks", "2026-09-16"),
        ("closing 3w", "2026-09-23"),
        ("due in 30 days", "2026-10-02"),
        ("closing in a month", "2026-10-02"),
        ("closing 10 days from now", "2026-09-12"),
        ("closing end of month", "2026-09-30"),
        ("closing eom", "2026-09-30"),
        ("by month end", "2026-09-30"),
        ("closing eow", "2026-09-04"),
        ("closing end of next month", "2026-10-31"),
        ("closing next month", "2026-10-31"),
        ("closing eoq", "2026-09-30"),
        ("closing end of quarter", "2026-09-30"),
        ("closing next quarter", "2026-12-31"),
        ("closing end of Q3", "2026-09-30"),
        ("closing Q4", "2026-12-31"),
        ("Q4", "2026-12-31"),
        ("closing Q1 2027", "2027-03-31"),
        ("closing Q1'27", "2027-03-31"),
        ("closing 1Q27", "2027-03-31"),
        ("closing H1 2027", "2027-06-30"),
        ("closing FY27", "2027-12-31"),
        ("closing end of year", "2026-12-31"),
        ("closing eoy", "2026-12-31"),
        ("closing by year-end", "2026-12-31"),
        ("closing end of 2027", "2027-12-31"),
        ("closing mid October", "2026-10-15"),
        ("closing mid-October 2027", "2027-10-15"),
        ("closing start of October", "2026-10-01"),
        ("closing October", "2026-10-31"),
        ("closing in January", "2027-01-31"),
        ("closing last Friday of March", "2027-03-26"),
        ("closing first monday of october", "2026-10-05"),
        ("closing last day of the month", "2026-09-30"),
        ("closing Feb 29", "2028-02-29"),
        ("expected close: Oct 5", "2026-10-05"),
        ("close date 10/5", "2026-10-05"),
        ("due by Oct 5", "2026-10-05"),
        ("before Oct 5", "2026-10-05"),
        ("closing fin septembre", "2026-09-30"),
        ("closing 9月30日", "2026-09-30"),
        ("closing next friday", ":two_readings"),
        ("closing wednesday", ":two_readings"),
        ("closing 1.10.", ":two_readings"),
        ("closing 30 sep or 15 oct", ":several"),
        ("closing 31 sep", ":no_such_day"),
        ("closing 30/30", ":no_such_day"),
        ("closing 30 sep 2025", ":in_past"),
        ("closing 30 sep 2040", ":too_far"),
        ("closing in 300 years", ":too_far"),
        ("closing 31 Aug", ":just_passed"),
        ("closing Thu 30 Sep", ":other_weekday"),
        ("closing early October", ":vague"),
        ("closing next week", ":vague"),
    ),
    *_closing(
        "en-GB",
        ("closing 5/6", "2027-06-05"),
        ("closing 5/6/27", "2027-06-05"),
        ("closing 30/9", "2026-09-30"),
        ("closing 9/30", "2026-09-30"),
        ("closing Tues 8 Sept", "2026-09-08"),
    ),
    *_closing(
        "de-DE",
        ("bis Ende September", "2026-09-30"),
        ("bis 30.9.", "2026-09-30"),
        ("bis zum 30.09.", "2026-09-30"),
        ("Abschluss 5.6.", "2027-06-05"),
        ("Abschluss am 30. September", "2026-09-30"),
        ("bis 30.09.26", "2026-09-30"),
        ("in 3 Wochen", "2026-09-23"),
        ("bis Freitag", "2026-09-04"),
        ("bis kommenden Freitag", "2026-09-04"),
        ("Mitte Oktober", "2026-10-15"),
        ("Anfang Oktober", "2026-10-01"),
        ("übermorgen", "2026-09-04"),
        ("bis Ende des Monats", "2026-09-30"),
        ("bis Ende nächsten Monats", "2026-10-31"),
        ("bis Quartalsende", "2026-09-30"),
        ("bis Jahresende", "2026-12-31"),
        ("am letzten Freitag im März", "2027-03-26"),
        ("bis nächsten Freitag", ":two_readings"),
    ),
    *_closing(
        "fr-FR",
        ("fin septembre", "2026-09-30"),
        ("le 30 septembre", "2026-09-30"),
        ("avant le 1er octobre", "2026-10-01"),
        ("dans 3 semaines", "2026-09-23"),
        ("fin du mois", "2026-09-30"),
        ("mi-octobre", "2026-10-15"),
        ("fin de l'année", "2026-12-31"),
        ("fin T3", "2026-09-30"),
        ("clôture 30/09", "2026-09-30"),
        ("clôture 5/10", "2026-10-05"),
        ("clôture vendredi", "2026-09-04"),
        ("clôture le mois prochain", "2026-10-31"),
    ),
    *_closing(
        "es-ES",
        ("cierre 30 de septiembre", "2026-09-30"),
        ("para el 30 de septiembre de 2027", "2027-09-30"),
        ("fin de mes", "2026-09-30"),
        ("a finales de octubre", "2026-10-31"),
        ("mediados de octubre", "2026-10-15"),
        ("en 3 semanas", "2026-09-23"),
        ("cierre mañana", "2026-09-03"),
        ("cierre el viernes", "2026-09-04"),
        ("cierre 5/10", "2026-10-05"),
    ),
    *_closing(
        "pt-BR",
        ("até 30 de setembro", "2026-09-30"),
        ("fechamento 30 set", "2026-09-30"),
        ("fim do mês", "2026-09-30"),
        ("em 3 semanas", "2026-09-23"),
        ("fechamento sexta-feira", "2026-09-04"),
        ("fechamento amanhã", "2026-09-03"),
    ),
    *_closing(
        "it-IT",
        ("entro il 30 settembre", "2026-09-30"),
        ("fine mese", "2026-09-30"),
        ("metà ottobre", "2026-10-15"),
        ("tra 3 settimane", "2026-09-23"),
        ("chiusura 5/10", "2026-10-05"),
    ),
    *_closing(
        "nl-NL",
        ("eind september", "2026-09-30"),
        ("voor 30 september", "2026-09-30"),
        ("over 3 weken", "2026-09-23"),
        ("30-09-2026", "2026-09-30"),
        ("half oktober", "2026-10-15"),
    ),
    *_closing(
        "pl-PL",
        ("do 30 września", "2026-09-30"),
        ("do końca września", "2026-09-30"),
        ("za 3 tygodnie", "2026-09-23"),
        ("do 30.09", "2026-09-30"),
    ),
    *_closing("sv-SE", ("senast 30 september", "2026-09-30"), ("om 3 veckor", "2026-09-23")),
    *_closing(
        "ja-JP",
        ("9月30日締め", "2026-09-30"),
        ("2026年9月30日", "2026-09-30"),
        ("9月末", "2026-09-30"),
        ("来月末まで", "2026-10-31"),
        ("3週間後", "2026-09-23"),
        ("来週金曜日", "2026-09-11"),
        ("9/30まで", "2026-09-30"),
    ),
    *_closing("zh-CN", ("9月30日", "2026-09-30"), ("3周后", "2026-09-23")),
]

WHOLE = [
    Phrasing(
        "en-US",
        "Acme renewal 48k via Globex closing 30 sep",
        "Acme renewal | 48000 | 2026-09-30 | Globex",
    ),
    Phrasing("en-US", "Acme renewal", "Acme renewal"),
    Phrasing("en-US", "", ""),
    Phrasing("en-US", "48k", " | 48000"),
    Phrasing("en-US", "via Globex", " |  |  | Globex"),
    Phrasing("en-US", "closing 30 sep Acme 48k", "Acme | 48000 | 2026-09-30"),
    Phrasing("en-US", "48k Acme closing eoq via globex", "Acme | 48000 | 2026-09-30 | Globex"),
    Phrasing("en-US", "Acme, €48,000, 30 sep", "Acme | 48000 EUR | 2026-09-30"),
    Phrasing("en-US", "Acme - 48k - via Globex - 9/30", "Acme | 48000 | 2026-09-30 | Globex"),
    Phrasing(
        "en-US",
        "Acme renewal for $48k by Sep 30 through May Partners",
        "Acme renewal | 48000 USD | 2026-09-30 | May Partners",
    ),
    Phrasing("en-US", "Acme with Globex 48k friday", "Acme | 48000 | 2026-09-04 | Globex"),
    Phrasing("en-US", "Acme via Globx 48k", "Acme | 48000 |  | Globex"),
    Phrasing("en-US", "Acme via initech 48k", "Acme | 48000 |  | Initech GmbH"),
    Phrasing("en-US", "Acme via Stark 48k", "Acme | 48000 |  | Stark Industries"),
    Phrasing("en-US", "Acme via O'Brien & Sons 48k", "Acme | 48000 |  | O'Brien & Sons"),
    Phrasing("en-US", "Acme via Studio 54 48k", "Acme | 48000 |  | Studio 54"),
    Phrasing("en-US", "Acme via 3M 48k closing Q4", "Acme | 48000 | 2026-12-31 | 3M"),
    Phrasing("en-US", "Acme via Q4 Systems 48k", "Acme | 48000 |  | Q4 Systems"),
    Phrasing("en-US", "Acme via Closing Bell closing eoq", "Acme |  | 2026-09-30 | Closing Bell"),
    Phrasing("en-US", "via Globex Acme renewal 48k", "Acme renewal | 48000 |  | Globex"),
    Phrasing("en-US", "Acme via Umbrella 48k", "Acme | 48000 |  |  | partner_id:two_readings"),
    Phrasing("en-US", "Acme via Nobody Corp 48k", "Acme | 48000 |  |  | partner_id:unknown"),
    Phrasing("en-US", "Stand by Me renewal", "Stand by Me renewal"),
    Phrasing("en-US", "3M renewal", "3M renewal"),
    Phrasing("en-US", "3M renewal 48k via 3M", "3M renewal | 48000 |  | 3M"),
    Phrasing("en-US", "Studio 54", "Studio 54"),
    Phrasing("en-US", "May Street 2000", "May Street 2000"),
    Phrasing("en-US", "August Systems Q4 rollout", "August Systems Q4 rollout"),
    Phrasing("en-US", "Sun Microsystems 24/7 support", "Sun Microsystems 24/7 support"),
    Phrasing("en-US", "Windows 2000 upgrade", "Windows 2000 upgrade"),
    Phrasing("en-US", "7-Eleven Route 66 stores", "7-Eleven Route 66 stores"),
    Phrasing("en-US", "20th Century 401k plan", "20th Century 401k plan"),
    Phrasing("en-US", "Acme 50k users", "Acme 50k users"),
    Phrasing("en-US", "20% off Acme", "20% off Acme"),
    Phrasing("en-US", "Acme 12% of 50k", "Acme 12% of 50k"),
    Phrasing("en-US", "Acme call +1 (555) 123-4567", "Acme call +1 (555) 123-4567"),
    Phrasing("en-US", "Acme +49 30 123456", "Acme +49 30 123456"),
    Phrasing("en-US", "Acme ISO 27001 audit", "Acme ISO 27001 audit"),
    Phrasing("en-US", "Acme #4200 PO 12345", "Acme #4200 PO 12345"),
    Phrasing("en-US", "ALL 500 TOP 100", "ALL 500 TOP 100"),
    Phrasing("en-US", "Acme 48k over 3 years", "Acme over 3 years | 48000"),
    Phrasing("en-US", "Acme net 30 days 48k", "Acme net 30 days | 48000"),
    Phrasing("en-US", "Made in March", "Made in March | expected_close_date:maybe"),
    Phrasing("en-US", "Acme Q4", "Acme Q4 | expected_close_date:maybe"),
    Phrasing("en-US", "Theresa May 48k", "Theresa May | 48000 |  |  | expected_close_date:maybe"),
    Phrasing(
        "en-US",
        "4 July Foundation 48k",
        "4 July Foundation | 48000 |  |  | expected_close_date:maybe",
    ),
    Phrasing(
        "en-US",
        "Rue du 4 septembre 48k",
        "Rue du 4 septembre | 48000 |  |  | expected_close_date:maybe",
    ),
    Phrasing(
        "en-US",
        "Acme 48k starting 1 oct",
        "Acme starting 1 oct | 48000 |  |  | expected_close_date:other_day",
    ),
    Phrasing(
        "en-US",
        "Acme starting 1 oct closing 30 sep",
        "Acme starting 1 oct |  | 2026-09-30",
    ),
    Phrasing(
        "en-US",
        "Acme closing after Diwali 48k",
        "Acme closing after Diwali | 48000 |  |  | expected_close_date:unreadable",
    ),
    Phrasing(
        "de-DE",
        "Acme Verlängerung 48.000 € über Globex Abschluss 30.9.",
        "Acme Verlängerung | 48000 EUR | 2026-09-30 | Globex",
    ),
    Phrasing(
        "de-DE",
        "Acme 48k mit Über-Data bis Ende Q3",
        "Acme | 48000 | 2026-09-30 | Über-Data AG",
    ),
    Phrasing(
        "fr-FR",
        "Renouvellement Acme 48 000 € par Globex fin septembre",
        "Renouvellement Acme | 48000 EUR | 2026-09-30 | Globex",
    ),
    Phrasing(
        "es-ES",
        "Renovación Acme 48.000 € con Globex cierre 30 de septiembre",
        "Renovación Acme | 48000 EUR | 2026-09-30 | Globex",
    ),
    Phrasing(
        "pt-BR",
        "Renovação Acme R$ 48 mil com Globex até 30 de setembro",
        "Renovação Acme | 48000 BRL | 2026-09-30 | Globex",
    ),
    Phrasing(
        "ja-JP",
        "アクメ更新 480万円 グローベックス経由 9月30日締め",
        "アクメ更新 | 4800000 JPY | 2026-09-30 | グローベックス",
    ),
    Phrasing(
        "ja-JP",
        "アクメ更新480万円グローベックス経由で9月30日まで",
        "アクメ更新 | 4800000 JPY | 2026-09-30 | グローベックス",
    ),
    Phrasing("ja-JP", "4月商事", "4月商事"),
    Phrasing(
        "pl-PL",
        "Acme 48 tys. zł przez Globex do końca września",
        "Acme | 48000 PLN | 2026-09-30 | Globex",
    ),
]

ATTACKS = [
    *_money(
        "en-US",
        ("48 000 USD", "48000 USD"),
        ("48 500 USD", ":two_readings"),
        ("48k total", "48000"),
        ("$48k TCV", "48000 USD"),
        ("48k per quarter", ":per_month"),
        ("48k/qtr", ":per_month"),
        ("100 users @ $20", "100 users @|:per_month"),
        ("200 seats at $25", "200 seats|:per_month"),
        ("24 months at $2k", "24 months|:per_month"),
        ("3 years 50k/yr", "3 years|:per_month"),
        ("discount $5k", "discount $5k|:maybe"),
        ("$100 off", "$100 off|:maybe"),
        ("$5k commission", "$5k commission|:maybe"),
        ("revenue $2bn", "revenue $2bn|:maybe"),
    ),
    *_money("en-IN", ("5L", "500000"), ("Rs.10,00,000/-", "1000000 INR")),
    *_money("de-DE", ("48.000,- €", "48000 EUR"), ("48.000,-- Euro", "48000 EUR"))
    + _money("de-DE", ("48.000.- EUR", "48000 EUR"), ("5t Stahl", "5t Stahl|:maybe")),
    *_money("de-CH", ("Fr. 48'000.--", "48000 CHF")),
    *_money("sv-SE", ("48 000:-", "48000")),
    *_money("es-LA", ("48 mil dólares", "48000 USD")),
    *_money("ja-JP", ("5千万円", "50000000 JPY"), ("1億5千万円", "150000000 JPY"))
    + _money("ja-JP", ("3百万円", "3000000 JPY"), ("30万円/月", ":per_month"))
    + _money("ja-JP", ("月額30万円", "月額|:per_month")),
    *_money("ko-KR", ("5천만원", ":not_offered")),
    *_closing(
        "en-US",
        ("closing the 15th", "2026-09-15"),
        ("closing friday the 11th", "2026-09-11"),
        ("closing friday the 12th", ":other_weekday"),
        ("closing 15 jan 27", "2027-01-15"),
        ("closing oct 5-7", ":several"),
        ("closing Oct 5th or 6th", ":several"),
        ("closing 5-7 oct", ":several"),
    ),
    *_closing("en-GB", ("closing 03/27", ":two_readings"), ("closing 15 jan 27", "2027-01-15")),
    *_closing("fr-FR", ("avant fin d'année", "2026-12-31"), ("debut decembre", "2026-12-01")),
    *_closing("pl-PL", ("do konca wrzesnia", "2026-09-30")),
    *_closing("zh-CN", ("9月30日前", "2026-09-30")),
    Phrasing("en-US", "Acme 48k!!!", "Acme | 48000"),
    Phrasing("en-US", "Acme, $48k, close 9/30.", "Acme | 48000 USD | 2026-09-30"),
    Phrasing("en-US", "Yahoo! 48k?", "Yahoo! | 48000"),
    Phrasing("en-US", "Acme (renewal 48k)", "Acme (renewal) | 48000"),
    Phrasing("en-US", "Acme (via Globex) (closing 9/30) 48k", "Acme | 48000 | 2026-09-30 | Globex"),
    Phrasing("en-US", "Acme 🚀 48k closing 30 sep ✅", "Acme 🚀 ✅ | 48000 | 2026-09-30"),
    Phrasing("en-US", "Acme 10% discount 45k", "Acme 10% discount | 45000"),
    Phrasing("en-US", "Acme 48k discount 5k", "Acme discount 5k | 48000"),
    Phrasing("en-US", "Acme 500 seats $180k", "Acme 500 seats | 180000 USD"),
    Phrasing("en-US", "Acme 10k endpoints 48k", "Acme 10k endpoints | 48000"),
    Phrasing("en-US", "Acme licences 1,500", "Acme licences 1,500 | deal_value:maybe"),
    Phrasing("en-US", "Acme PHP 8 upgrade 20k", "Acme PHP 8 upgrade | 20000"),
    Phrasing("en-US", "Acme 12 quid pro quo", "Acme 12 quid pro quo | deal_value:maybe"),
    Phrasing("de-DE", "Acme 20k Rabatt 5 %", "Acme Rabatt 5 % | 20000"),
    Phrasing("de-DE", "Acme 3 Mio. Nutzer", "Acme 3 Mio. Nutzer"),
    Phrasing("ja-JP", "アクメ 3年契約 300万円", "アクメ 3年契約 | 3000000 JPY"),
    Phrasing("zh-CN", "阿里 48万人民币", "阿里 | 480000 CNY"),
    Phrasing(
        "en-US", "Acme 48k closing 15 jan 27 via Globex", "Acme | 48000 | 2027-01-15 | Globex"
    ),
    Phrasing(
        "en-US",
        "Acme closing 15 oct 30 seats 48k",
        "Acme seats | 48000 | expected_close_date:two_readings",
    ),
    Phrasing(
        "en-US",
        "Acme closing 2nd half 48k",
        "Acme closing 2nd half | 48000 | expected_close_date:unreadable",
    ),
    Phrasing(
        "en-US",
        "Acme via O'Brien & Sons & Globex 48k",
        "Acme | 48000 |  |  | partner_id:several",
    ),
    Phrasing("en-US", "Acme FY27 48k closing dec 15", "Acme FY27 | 48000 | 2026-12-15"),
    Phrasing(
        "en-US",
        "Acme closing 9/5 48k closing 15 oct or 20 oct",
        "Acme | 48000 | expected_close_date:several",
    ),
    Phrasing("en-US", "Acme 30 sep 48k closing 15 oct", "Acme 30 sep | 48000 | 2026-10-15"),
    *(
        Phrasing("en-US", f"Acme 48k {words}", f"Acme {words} | 48000 | expected_close_date:{why}")
        for words, why in (
            ("closing 2 weeks after signature", "unreadable"),
            ("closing 30 days after PO", "unreadable"),
            ("closing within 3 days of PO", "unreadable"),
            ("closing a week after labor day", "unreadable"),
            ("closing a week on friday", "other_day"),
            ("closing 3 weeks from friday", "other_day"),
            ("closing 2 weeks before end of Q3", "other_day"),
            ("closing week of sep 14", "other_day"),
            ("w/c 14 sep", "other_day"),
            ("not closing before oct", "other_day"),
            ("closing not before 1 oct", "other_day"),
            ("won't close by sep 30", "other_day"),
            ("demo on 15 sep", "other_day"),
            ("contract ends 31 dec", "other_day"),
            ("expires 31 dec", "other_day"),
            ("term 10/1/2026 - 9/30/2029", "other_day"),
            ("closing sep/oct", "unreadable"),
            ("closing Q3/Q4", "unreadable"),
        )
    ),
    Phrasing(
        "en-US",
        "Acme 48k contract ends 31 dec closing 15 dec",
        "Acme contract ends 31 dec | 48000 | 2026-12-15",
    ),
    Phrasing("fr-FR", "12 rue du 8 mai 1945 Acme 20 k€", "12 rue du 8 mai 1945 Acme | 20000 EUR"),
    Phrasing(
        "it-IT",
        "Acme via 25 aprile 12 Milano 20k",
        "Acme via 25 aprile 12 Milano | 20000 |  |  | partner_id:unknown"
        " | expected_close_date:maybe",
    ),
    Phrasing("en-US", "Acme via Stark Investments 48k", "Acme | 48000 |  |  | partner_id:unknown"),
    Phrasing("en-US", "Acme with Stark 48k", "Acme | 48000 |  | Stark Industries"),
    Phrasing("en-US", "Acme with stark colours 48k", "Acme with stark colours | 48000"),
    Phrasing("en-US", "Acme w/ Globex 48k", "Acme | 48000 |  | Globex"),
    Phrasing("en-US", "Acme via O'Brien and Sons 48k", "Acme | 48000 |  | O'Brien & Sons"),
    Phrasing("en-US", "Acme with Initech via Globex 48k", "Acme with Initech | 48000 |  | Globex"),
    Phrasing(
        "en-US",
        "Acme with Initech via Nobody Corp 48k",
        "Acme with Initech | 48000 |  |  | partner_id:unknown",
    ),
    Phrasing("en-US", "Acme via Globex and Initech 48k", "Acme | 48000 |  |  | partner_id:several"),
    Phrasing(
        "en-US",
        "Acme via direct mail 48k",
        "Acme via direct mail | 48000 |  |  | partner_id:two_readings",
    ),
    Phrasing("en-US", "Acme via direct 48k", "Acme | 48000 |  | Direct"),
    Phrasing("en-US", "Acme via Direct 48k closing eoq", "Acme | 48000 | 2026-09-30 | Direct"),
    Phrasing("en-US", "Acme with 3M tape 48k", "Acme with 3M tape | 48000"),
    Phrasing("en-US", "Acme with 3M 48k", "Acme | 48000 |  | 3M"),
    Phrasing("en-US", "Acme with will 48k", "Acme with will | 48000"),
    Phrasing("en-US", "Acme with Will 48k", "Acme | 48000 |  | Will"),
    Phrasing("en-US", "Acme 48k by march", "Acme | 48000 | 2027-03-31"),
    Phrasing("en-US", "Acme via March 48k", "Acme | 48000 |  | March"),
    Phrasing("en-US", "Acme 40 pounds", "Acme 40 pounds |  |  |  | deal_value:maybe"),
    Phrasing("en-US", "Acme £40", "Acme | 40 GBP"),
    Phrasing("en-US", "Acme 5k pounds", "Acme | 5000 GBP"),
    Phrasing("en-US", "sold through the app 12k", "sold through the app | 12000"),
    Phrasing(
        "ja-JP",
        "アクメ 300万円 株式会社グローベックス経由",
        "アクメ | 3000000 JPY |  | グローベックス",
    ),
]
"""What was once read wrongly."""

ALL = [*MONEY, *DAYS, *WHOLE, *ATTACKS]
