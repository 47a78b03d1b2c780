"""How each command is written, with ``..`` for what is missing."""

from config.language import Lang
from config.reserved import COMMAND_WORDS, Word

_FORMS: dict[Word, tuple[str, str]] = {
    Word.PRESENT: ("HADIR", "PRESENT"),
    Word.INCIDENT: ("LAPOR ..", "INCIDENT .."),
    Word.ABSENT: ("HALANGAN ..", "ABSENT .."),
    Word.BELUM: ("BELUM", "MISSING"),
    Word.NOT_YET: ("BELUM", "NOTYET"),
    Word.MISSING: ("BELUM", "MISSING"),
    Word.CORRECT: ("KOREKSI TPS.. (hasil lengkap)", "CORRECT TPS.. (the whole result)"),
    Word.VOID: ("BATAL TPS..", "VOID TPS.."),
    Word.ACCEPT: ("TERIMA K..", "ACCEPT K.."),
    Word.REJECT: ("TOLAK K..", "REJECT K.."),
    Word.REPLACE: ("GANTI TPS.. 08.......... Nama", "REPLACE TPS.. 08.......... Name"),
    Word.TELL: ("KABAR ..", "TELL .."),
    Word.CHECK: ("CEK TPS..", "CHECK TPS.."),
    Word.REMIND: ("INGATKAN", "REMIND"),
    Word.TOTAL: ("REKAP", "TOTAL"),
    Word.LANGUAGE: ("BAHASA ID / BAHASA EN", "LANGUAGE ID / LANGUAGE EN"),
    Word.PAUSE: ("BERHENTI", "PAUSE"),
    Word.RESUME: ("LANJUT", "RESUME"),
}


_COMMANDS = {word: command for command, words in COMMAND_WORDS.items() for word in words}


def usage(lang: Lang, command: Word) -> str:
    """Give the form of a command; of one that needs nothing, the word for help."""
    return _FORMS.get(command, ("BANTUAN", "HELP"))[0 if lang is Lang.ID else 1]


def called(lang: Lang, command: Word) -> str:
    """Give the word of a command as a person's language has it."""
    words = COMMAND_WORDS[command]
    return words[0] if lang is Lang.ID else words[-1]


def in_words_of(lang: Lang, written: str) -> str:
    """Give a command with its first word as a person's language has it."""
    first, blank, rest = written.partition(" ")
    command = _COMMANDS.get(first)
    return written if command is None else f"{called(lang, command)}{blank}{rest}"
