"""The small words that say what comes next: *via* a partner, *closing* a day, *worth* an amount."""

import re

from services.quick_text.folding import NO_BREAK

LATIN = r"0-9A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
"""Letters and digits of scripts that put spaces between words; others begin anywhere."""
GAP = rf"[ {NO_BREAK}]"

PARTNER_SURE = (
    r"via|through|thru|by partner|partner|über|durch|durch partner|par l'intermédiaire de"
    r"|a través de|por medio de|através de|por meio de|tramite|attraverso|poprzez|przez"
    r"|через|genom|gennem|gjennom|kautta"
)
PARTNER_MAYBE = (
    r"with|w/|by|reseller|distributor|mit|von|avec|par|con|por|com|pela|pelo|met|door|z|ze|med"
    r"|с|від"  # noqa: RUF001  # Cyrillic is meant
)
"""Words of other uses too: they count when a partner's name follows."""
PARTNER_AFTER = r"経由で?|通じて|経由して"
"""These follow the name."""

CLOSES = (
    r"closing(?: date)?|closes|close(?: date)?|to close|will close|should close|expected(?: close)?"
    r"|closed|due(?: date)?|deadline|signing|signs|sign|eta|ecd|target(?: date)?|won by"
    r"|schließt|schliesst|abschluss|abschließen|fällig|unterschrift|closing termin"
    r"|clôture|cloture|se clôture|signature|échéance|prévu(?:e)?|ferme"
    r"|cierre|cierra|se cierra|vence|fecha de cierre|firma"
    r"|fechamento|fecha|fechando|vencimento|assinatura|previsto"
    r"|chiusura|chiude|scadenza|prevista"
    r"|sluit|sluiting|afsluiting|deadline|verwacht"
    r"|zamknięcie|zamyka się|termin|podpisanie"
    r"|stänger|stängs|avslut|lukker|закрытие|締切|締め切り|締め|クローズ|予定|成約"
)
"""After these a day must come."""
ON = (
    r"by|on|in|at|before|until|till|til|for|around|about|circa|ca\.?|approx\.?|the|of|is|:"
    r"|bis(?: zum| ende)?|am|im|zum|vor|spätestens|gegen"
    r"|pour|avant|d'ici|le|au|en|vers|à|du|la"
    r"|para|antes de|antes del|el|a|hasta|hacia"
    r"|até|ate|em|no|na|ao|o"
    r"|entro|il|per|prima di|prima del|alla|al|a"
    r"|voor|op|tegen|uiterlijk|de|het"
    r"|do|w|przed|dnia|najpóźniej|den|i|till|senast|innan|före|inden|до|к|в"  # Cyrillic is meant
)
"""They lead to a day, and to much else."""
DATED_AFTER = r"まで(?:に)?|之前|前|까지|締め?切り?|締め|クローズ(?:予定)?|予定|成約予定|に締結"
NOT_CLOSING = (
    r"after|from|since|starting|starts|start(?: date)?|kick-?off|begins?|beginning on|renews?"
    r"|renewing|renewal date|dated|created|founded|est\.?|signed|since|go-?live|live|launch(?:es)?"
    r"|ends|ending|ended|expires|expiring|expiry(?: date)?|expiration(?: date)?|effective|term"
    r"|delivery|demo|call|meet|meeting|workshop|visit|follow-?up|presentation|pitch|webinar|lunch"
    r"|(?:the )?(?:week|wk) (?:of|commencing|beginning)|w/c"
    r"|ab|seit|nach|beginnt|beginn|endet|ausläuft|läuft(?: aus| ab)?|läuft bis|termin am|laufzeit"
    r"|après|depuis|à partir (?:du|de)|débute|début|expire|réunion|rdv"
    r"|desde|después de|a partir del?|empieza|inicio|expira|termina|reunión"
    r"|a partire da|dal|dopo|inizio|scade|riunione|depois de|início|reunião"
    r"|vanaf|na|verloopt|eindigt|start op|afspraak|od|po|wygasa|spotkanie"
    r"|från|efter|löper ut|upphör|möte"
)
"""A day after these is another than the close date."""
NEVER = r"[a-z]+n't|not|never|nicht|pas|nunca|não|niet|nie|inte"
"""These turn *closing by* into its opposite."""
STREETS = r"rue|calle|rua|avenida|av\.|piazza|plaza|praça|straße des|ulica|ul\.|via"
"""Streets are called by days: *rue du 8 mai 1945*."""
APART = (
    r"after|before|prior to|from|past|of|on|vor|nach|ab|avant|après|antes del?|antes do|después de"
    r"|depois d[eoa]|prima d[ei]l?|dopo|przed|po|od|före|efter|innan"
)
"""After a stretch of time: so long before or after something else than today."""
_NEXT_PART = re.compile(
    rf"[,;|·.)-]*{GAP}*(?:$|[,;|·()-]|(?:{PARTNER_SURE}|{PARTNER_MAYBE}|{CLOSES}|{ON})(?![{LATIN}]))",
    re.IGNORECASE,
)


def ends_phrase(words: str, at: int) -> bool:
    """Whether nothing follows there, or a word that begins another part: no name goes on."""
    return _NEXT_PART.match(words, at) is not None
