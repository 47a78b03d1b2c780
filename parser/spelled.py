"""Which command a word spells, which it is near to, and which one follows behind words of courtesy."""

import re
from functools import lru_cache

from config.reserved import COMMAND_WORDS, Word
from parser.courtesy import ADDRESS, CASUAL_YES, NO, OPENING, ORDINARY, YES
from parser.near import nearest
from parser.normalise import has_digit
from parser.order import WORD

COMMANDS: dict[str, Word] = {spelled: word for word, words in COMMAND_WORDS.items() for spelled in words}
COMMANDS |= dict.fromkeys((*YES, *CASUAL_YES), Word.YES) | dict.fromkeys(NO, Word.NO)
# Words of two letters are near to everything; nobody is asked whether they meant "ya".
_PROPOSED = tuple(word for word in COMMANDS if len(word) > 2 and COMMANDS[word] not in (Word.YES, Word.NO))
COMMANDS |= {"BLM": Word.BELUM, "BERHALANGAN": Word.ABSENT}  # as they are said, and near to no word above
# What a command is called by who has forgotten its word; each is asked about, as a mistyped one is.
_CALLED = dict.fromkeys(("HAPUS", "DIHAPUS", "HAPUSKAN", "CABUT", "DELETE"), "BATAL")
_HERE = frozenset((Word.PRESENT, Word.ABSENT))
_COPIED = frozenset(COMMAND_WORDS) - {Word.TELL, Word.VOID, Word.REPLACE}
# Before these commands the words say no more than they: "saya sudah hadir", "di formulir memang begitu", but
# "saya belum bisa menerima telepon" is a phone's own; "Balas YA" is copied from our text.
SAID_BEFORE = dict.fromkeys(("SAYA", "SY", "AKU", "KAMI", "LAH", "LA"), _HERE)
SAID_BEFORE |= dict.fromkeys(("SUDAH", "SDH", "UDAH", "TELAH"), _HERE | {Word.YES})
SAID_BEFORE |= dict.fromkeys(("DI", "FORMULIR", "FORMULIRNYA", "FORM", "IT", "IS"), frozenset((Word.YES,)))
_TOLD = frozenset(each for each, may_be in SAID_BEFORE.items() if Word.YES in may_be)
SAID_BEFORE |= dict.fromkeys(
    ("BALAS", "KIRIM", "ULANG", "BERIKUT", "REPLY", "SEND", "AGAIN", "MORE"), _COPIED
)


@lru_cache(maxsize=1024)
def commands_near(word: str) -> tuple[Word, str] | None:
    """Give the one command that a word is near to, and its spelling: BATALKAN and DIBATALKAN are BATAL."""
    if len(word) < 3 or len(word) > 12 or word in ORDINARY:
        return None
    if word in _CALLED:
        return COMMANDS[_CALLED[word]], _CALLED[word]
    stem = word.removesuffix("KAN")
    root = next((each for each in (stem, stem.removeprefix("DI")) if each in _PROPOSED), None)
    if root is not None:
        return COMMANDS[root], root
    spelled = nearest(word, _PROPOSED)
    commands = {COMMANDS[each] for each in spelled}
    return (commands.pop(), spelled[0]) if len(commands) == 1 else None


def command_behind(text: str, start: int) -> re.Match[str] | None:
    """Give a command's word that follows in a folded text behind courtesy alone, or what may be said
    before it."""
    may_be = frozenset(COMMAND_WORDS)
    told = False  # "sudah ya pak" answers nothing, "sudah benar pak" does
    for found in WORD.finditer(text, start):
        word = found[0]
        if word in COMMANDS:
            split = has_digit(text[start : found.start()]) or (told and word in YES)
            return found if COMMANDS[word] in may_be and not split else None
        told = told or word in _TOLD
        if word not in SAID_BEFORE and word not in OPENING | ADDRESS:
            return None
        may_be &= SAID_BEFORE.get(word, may_be)
    return None
