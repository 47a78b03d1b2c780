"""Which command a word spells, and which it is near to."""

from functools import lru_cache

from config.reserved import COMMAND_WORDS, Word
from parser.courtesy import CASUAL_YES, NO, ORDINARY, YES
from parser.near import nearest

COMMANDS: dict[str, Word] = {spelled: word for word, words in COMMAND_WORDS.items() for spelled in words}
COMMANDS |= dict.fromkeys((*YES, *CASUAL_YES), Word.YES) | dict.fromkeys(NO, Word.NO)
COMMANDS["BLM"] = Word.BELUM  # as everybody writes it who texts
# Words of two letters are near to everything; nobody is asked whether they meant "ya".
_PROPOSED = tuple(word for word in COMMANDS if len(word) > 2 and COMMANDS[word] not in (Word.YES, Word.NO))


@lru_cache(maxsize=1024)
def commands_near(word: str) -> tuple[Word, str] | None:
    """Give the one command that a word is near to, and its spelling: BATALKAN and DIBATALKAN are BATAL."""
    if len(word) < 3 or len(word) > 12 or word in ORDINARY:
        return None
    stem = word.removesuffix("KAN")
    root = next((each for each in (stem, stem.removeprefix("DI")) if each in _PROPOSED), None)
    if root is not None:
        return COMMANDS[root], root
    spelled = nearest(word, _PROPOSED)
    commands = {COMMANDS[each] for each in spelled}
    return (commands.pop(), spelled[0]) if len(commands) == 1 else None
