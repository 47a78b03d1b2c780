"""The GSM 7-bit alphabet (3GPP TS 23.038): what a text of 160 characters may hold."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"  # two septets each

ALPHABET = frozenset(BASIC + EXTENSION)


def outside(text: str) -> str:
    """Give the characters of the text that GSM-7 does not have, each once, in order."""
    return "".join(dict.fromkeys(char for char in text if char not in ALPHABET))
