"""Words behind a command that put it off or ask: "terima K1 jangan dulu", "batal TPS 12?". SPEC section 2,
"proposed, not executed": what changes results or the roster is asked about first. And what takes HALANGAN
back, or is no KABAR."""

import re
from dataclasses import replace

from config.election import Election
from config.reserved import Word
from parser.commands import Correction, Decision, Replace, StationRef, Void
from parser.courtesy import ADDRESS, NO, PARTICLES, is_courteous
from parser.errors import FieldFault, Parsed, Unclear, Why
from parser.normalise import LETTERS, Folded, fold
from parser.order import WORD, Order, contests_named
from parser.spelled import COMMANDS
from parser.writing import write_report

# "Nomor" is NO, too; "tidak sesuai formulir" and "belum lengkap" are reasons.
_NOT = rf"(?:{'|'.join(sorted(NO - {'NO'}))}|NOT|BELUM|BLM|BELOM)"
_OFF = "JADI|DULU|TENTU|YAKIN|PASTI|USAH|PERLU|YET|SURE|NOW"
_STATES = "ADA|BENAR|SALAH|SESUAI|SUDAH|SDH|BELUM|BLM|BISA|TIDAK|TDK|TAK|DAK|FORM|FORMULIR|MONITOR|SAKSI"
_GAP = rf"[^{LETTERS}0-9]+"
_TAIL = rf"(?:{_GAP}(?:{'|'.join(sorted(ADDRESS | PARTICLES))})(?![{LETTERS}0-9]))*[^{LETTERS}0-9]*$"
# It was done, or is denied: "sudah tanya dulu", "tanpa ragu", "bukan latihan".
_HAS_NOT = "".join(
    f"(?<!{each} )" for each in ("SUDAH", "SDH", "TELAH", "TADI", "TIDAK", "TDK", "TANPA", "BUKAN")
)
_DOUBT = re.compile(
    rf"(?<![{LETTERS}])(?:JANGAN|JANGANLAH|JGN|JGAN|TUNGGU|TUNDA|NANTI|NNTI|KALAU|KALO|KLO|KLU|JIKA|APABILA"
    rf"|APAKAH|OLEH{_GAP}SIAPA|KENAPA|KNP|MENGAPA|KAPAN|BAGAIMANA|GIMANA"
    rf"|TGG|{_HAS_NOT}(?:BENTAR|SEBENTAR|SBNTR|RAGU)|GAJADI|GAKJADI|BENARKAH|BETULKAH|BISAKAH|HARUSKAH|PERLUKAH|NEVER{_GAP}MIND"
    rf"|APA{_GAP}(?:BENAR|BETUL|IYA|BISA|BOLEH|PERLU)|(?:YANG|YG){_GAP}MANA(?!{_GAP}SAJA)|HOLD{_GAP}ON"
    rf"|ASAL|ASALKAN|BILAMANA|BILA(?={_GAP}(?:{_STATES}))|SETELAH|STLH|SESUDAH|MENUNGGU|NUNGGU|PENDING|BESOK|GMN"
    rf"|{_HAS_NOT}(?:(?:DI)?CEK|TANYA|TANYAKAN|KONFIRMASI|PASTIKAN){_GAP}(?:DULU|DLU|DL)"
    rf"|ATAU|ATO|BOLEH|BOLEHKAH|OR|AFTER|TOMORROW"
    rf"|DON(?:{_GAP})?T|DO{_GAP}NOT|WAIT|LATER|IF|UNLESS|WHY|WHEN"
    rf"|{_NOT}(?={_GAP}(?:{_OFF})(?![{LETTERS}])|{_TAIL}))(?![{LETTERS}])",
    re.IGNORECASE,
)
# At the end of what puts figures or a phone in place they take it back, or only try it; TOLAK and BATAL may
# have them for a reason: "batal TPS 12 itu latihan", "tolak K1, abaikan saja".
_TAKES_BACK = re.compile(
    rf"(?<![{LETTERS}]){_HAS_NOT}(?:BATAL|BATALKAN|CANCEL|ABAIKAN|IGNORE|STOP|SIAPA(?!{_GAP}SAJA)|LATIHAN|PRACTICE"
    rf"|CONTOH|MISAL|MISALNYA|TES|TEST|EXAMPLE)(?={_TAIL})"
    rf"|(?<![{LETTERS}])(?:BATAL|VOID)(?={_GAP}TPS)",  # another command
    re.IGNORECASE,
)
_NAMES = frozenset(("CONTOH", "MISAL", "MISALNYA", "TES", "TEST", "EXAMPLE"))  # somebody may be called so
_LAST = ADDRESS | PARTICLES
# Behind a decision, the other one; behind TERIMA, what is against it, where TOLAK has its reason.
_OTHER = {
    True: re.compile(
        rf"(?<![{LETTERS}])(?:DI)?(?:TOLAK|REJECT(?:ED)?|SALAH|KELIRU|WRONG|NO(?={_TAIL}))(?![{LETTERS}])"
    ),
    False: re.compile(rf"(?<![{LETTERS}])(?:TERIMA|ACCEPT|NO(?={_TAIL}))(?![{LETTERS}])"),
}
# "Halangan tidak ada", "halangan batal": but "halangan tidak bisa hadir".
_NO_ABSENCE = re.compile(
    rf"[^{LETTERS}0-9]*(?:NIHIL|BATAL|NONE|(?:{_NOT}|TAK|NO){_GAP}(?:ADA|JADI|MORE))(?![{LETTERS}])"
)
# Beside a contest in the reason for TOLAK they say that it is the only one meant: "tolak K1 gub saja".
_ONLY = frozenset(("SAJA", "AJA", "HANYA", "CUMA", "CUMAN", "ONLY", "JUST"))
_ASKED = frozenset(("APA", "APAKAH", "BAGAIMANA", "GIMANA", "WHAT"))
_LAST_DIGIT = re.compile(r".*[0-9]", re.DOTALL)


def unless_doubted(parsed: Parsed, text: Folded, election: Election) -> Parsed:
    """Give what a text asks for; where it would change something and puts that off, or asks, the proposal to
    do it. The note behind ``@`` is not looked at."""
    if not isinstance(parsed, Correction | Void | Replace | Decision):
        return parsed
    said = text.text.partition("@")[0]
    found = _DOUBT.search(said)
    if not isinstance(parsed, Void) and getattr(parsed, "accept", True):
        back = _TAKES_BACK.search(said)
        is_name = back and isinstance(parsed, Replace) and back[0] in _NAMES
        found = found or (None if is_name else back)
    if isinstance(parsed, Decision) and not is_courteous(WORD.findall(parsed.note.upper())):
        found = found or _OTHER[parsed.accept].search(said, said.find(str(parsed.case)))
    if found is None and "?" not in _LAST_DIGIT.sub("", said):
        return parsed
    proposal = as_taught(parsed, election)
    if not proposal:  # figures are missing: it will be refused
        return parsed
    command = COMMANDS[proposal.partition(" ")[0]]
    typed = next((word for word in WORD.findall(said) if COMMANDS.get(word) is command), command.value)
    fault = FieldFault(found[0] if found else typed, Why.UNKNOWN, near=" ".join(proposal.split()[:2]))
    return Unclear((fault,), proposal, pin=parsed.pin, command=command)


def part_named(decision: Decision, election: Election) -> frozenset[str]:
    """Give the contests that a decision speaks of, "terima K1 G"; those of a reason for TOLAK only where they
    are all that is meant, "tolak K1 gub saja"."""
    if not decision.accept and _ONLY.isdisjoint(WORD.findall(fold(decision.note).text)):
        return frozenset()
    return contests_named(decision.note, election)


def as_taught(asked: Correction | Void | Replace | Decision, election: Election) -> str:
    """Give the command as it is taught, without what was said besides."""
    match asked:
        case Correction():
            return write_report(replace(asked, station=_named(asked.station), note=""), election)
        case Void():
            return _joined(Word.VOID, _station(asked.station), asked.contest or "")
        case Replace(StationRef(number, words), _, name) if name and name.upper() == words:
            # Of whom, or of what village, they are: whoever reads the roster says.
            return _joined(Word.REPLACE, f"TPS{number:03d}", _sure(name), asked.phone)
        case Replace():
            return _joined(Word.REPLACE, _station(asked.station), asked.phone, _sure(asked.name))
        case Decision():
            return _joined(Word.ACCEPT if asked.accept else Word.REJECT, f"K{asked.case}")


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _station(station: StationRef | None) -> str:
    named = _named(station)
    return f"TPS{named.number:03d} {named.words}".strip() if named else ""


def _named(station: StationRef | None) -> StationRef | None:
    return station and replace(station, words=_sure(station.words))


def _sure(words: str) -> str:
    """Give a name without the doubt behind it."""
    words = words.partition("?")[0]
    if found := _DOUBT.search(words) or _TAKES_BACK.search(words):
        left = words[: found.start()].split()
        while left and _says_nothing(left[-1]):
            left.pop()
        words = " ".join(left)
    return words.strip(" ,.;:-(")


def _says_nothing(word: str) -> bool:
    """Whether a word before a doubt is one itself, or courtesy, or a mark."""
    is_name = any(map(str.isalnum, word)) and word.upper() not in _LAST
    return not is_name or bool(_DOUBT.search(word) or _TAKES_BACK.search(word))


def is_no_absence(order: Order) -> bool:
    """Say whether HALANGAN takes itself back, or asks: "halangan tidak ada", "halangan apa pak?"."""
    return bool(_NO_ABSENCE.match(order.text)) or _asks(order)


def is_no_message(order: Order) -> bool:
    """Say whether KABAR has nothing to pass on: "kabar apa pak?", "kabar baik pak, terima kasih"."""
    first = next(iter(order.words()), "")
    return _asks(order) or (first == "BAIK" and order.says_nothing())


def _asks(order: Order) -> bool:
    return "?" in order.text and order.says_nothing(_ASKED)
