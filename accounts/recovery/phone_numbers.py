"""Mobile numbers, as people in France write them, in the one spelling that gateways take."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# National prefixes of mobiles outside mainland France, written like those of the mainland (ARCEP).
OVERSEAS = {
    "0690": "+590",
    "0691": "+590",
    "0692": "+262",
    "0693": "+262",
    "0639": "+262",
    "0694": "+594",
    "0696": "+596",
    "0697": "+596",
}
E164 = re.compile(r"\+[1-9][0-9]{7,14}")
FRENCH_MOBILE = re.compile(r"0[67][0-9]{8}")

NOT_A_MOBILE = _("Ce n’est pas un numéro de mobile. Tapez-le comme ceci : 06 12 34 56 78.")


def read_phone_number(typed: str) -> str:
    """``06 12 34 56 78`` or ``0033 (0)6…`` → ``+33612345678`` (E.164). Raises ValidationError."""
    text = re.sub(r"[\s.\-–()/]", "", typed.replace("(0)", ""))
    text = re.sub(r"^00", "+", text)
    text = re.sub(r"^\+33(?=[67][0-9]{8}$)", "0", text)
    if FRENCH_MOBILE.fullmatch(text):
        return OVERSEAS.get(text[:4], "+33") + text[1:]
    if not E164.fullmatch(text) or text.startswith("+33"):
        raise ValidationError(NOT_A_MOBILE, code="phone")
    return text
