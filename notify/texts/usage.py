"""How each command that needs more than its word is written, with ``..`` for what is missing."""

from config.language import Lang
from config.reserved import COMMAND_WORDS, Word

_FORMS: dict[Word, tuple[str, str]] = {
    Word.INCIDENT: ("LAPOR ..", "INCIDENT .."),
    Word.CORRECT: ("KOREKSI TPS.. (hasil lengkap)", "CORRECT TPS.. (the whole result)"),
    Word.VOID: ("BATAL TPS..", "VOID TPS.."),
    Word.ACCEPT: ("TERIMA K..", "ACCEPT K.."),
    Word.REJECT: ("TOLAK K..", "REJECT K.."),
    Word.REPLACE: ("GANTI TPS.. 08.......... Nama", "REPLACE TPS.. 08.......... Name"),
    Word.TELL: ("KABAR ..", "TELL .."),
    Word.CHECK: ("CEK TPS..", "CHECK TPS.."),
    Word.LANGUAGE: ("BAHASA ID / BAHASA EN", "LANGUAGE ID / LANGUAGE EN"),
}
_WORDS = {word: command for command, words in COMMAND_WORDS.items() for word in words}


def has_form(word: str) -> bool:
    """Whether it is the word of a command that needs more."""
    return _WORDS.get(word.upper()) in _FORMS


def usage(lang: Lang, word: str) -> str:
    """Give the form of a command by any of its words; of an unknown one, the word for help."""
    forms = _FORMS.get(_WORDS.get(word.upper(), Word.HELP), ("BANTUAN", "HELP"))
    return forms[0 if lang is Lang.ID else 1]
