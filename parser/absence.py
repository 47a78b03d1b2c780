"""A monitor who says in a sentence of theirs that they cannot come, without HALANGAN's word."""

import re

from config.reserved import Word
from parser.courtesy import ADDRESS, NO, OPENING, PARTICLES
from parser.errors import FieldFault, Unclear, Why
from parser.normalise import LETTERS, Folded

_GAP = rf"[^{LETTERS}]++"  # a number, too: "di TPS 12 tidak bisa hadir"
_NOT = rf"(?:{'|'.join(sorted(NO - {'NO', 'BUKAN'}))}|TAK|NOT|CANNOT|CANT|CAN{_GAP}(?:NOT|T))"
_STILL_NOT = "(?:BELUM|BLM)"  # "belum hadir" alone is a coordinator's question
_ABLE = "(?:BISA|BISO|DAPAT|PACAK|SANGGUP|SEMPAT|MUNGKIN|MAMPU|JADI|AKAN|ABLE|TO)"
_PHONE = rf"{_GAP}TO{_GAP}THE{_GAP}(?:TELE)?PHONE"  # an auto-reply's
_COME = rf"(?:HADIR|DATANG|BERTUGAS|TUGAS|BERANGKAT|KE{_GAP}TPS|ATTEND|COME(?!{_PHONE}))"
# "tidak hadir saksi 01", "tidak datang terlambat"
_OTHERWISE = "(?:SAKSI|KETUA|ANGGOTA|KPPS|PETUGAS|PEMILIH|PENGAWAS|PTPS|LINMAS|TERLAMBAT|TELAT|LATE)"
_LAST = "|".join(sorted(ADDRESS | PARTICLES | {"HARI", "KARENA", "KRN"}))
_ENDS = rf"(?![{LETTERS}])(?=[^{LETTERS}]*$|{_GAP}(?:{_LAST}|{_COME})(?![{LETTERS}]))"
_CANNOT = (
    rf"(?:{_NOT}{_GAP}(?:{_ABLE}{_GAP}){{0,3}}|{_STILL_NOT}{_GAP}(?:{_ABLE}{_GAP}){{1,3}}){_COME}"
    rf"(?!{_GAP}{_OTHERWISE})"
    rf"|{_COME}{_GAP}(?:{_NOT}|{_STILL_NOT}){_GAP}{_ABLE}{_ENDS}"  # but "hadir, belum dapat kursi"
)
_SICK = rf"(?:(?:{_NOT}|KURANG){_GAP}ENAK{_GAP}BADAN|(?:RUMAH{_GAP})?SAKIT|SAKET|SICK|ILL|BERHALANGAN)"
_SO_ABSENT = rf"{_SICK}(?:(?!.*(?:HADIR|TETAP|TAPI))|(?=.*(?:{_CANNOT})))"  # "sakit kepala, tapi tetap hadir"
_I = "(?:SAYA|SAYO|SY|AKU|I)"
_WHEN = "(?:HARI|BESOK|SEKARANG|TODAY|TOMORROW|SEDANG|SEPERTINYA|KAYAKNYA|JUGA|AM|M|WILL|ARE|TPS)"
_BEFORE = rf"(?:(?:{'|'.join(sorted(ADDRESS | OPENING | PARTICLES))}|{_I}|KAMI|WE|{_WHEN}){_GAP})*"
# Whoever begins with it speaks of themselves, else it takes an "I": "saksi 02 tidak hadir" is an incident.
_ABSENT = re.compile(
    rf"^[^{LETTERS}]*+{_BEFORE}(?P<first>{_CANNOT}|{_SO_ABSENT})(?![{LETTERS}])"
    rf"|(?<![{LETTERS}]){_I}{_GAP}(?:(?:{_WHEN}|INI){_GAP}){{0,3}}(?P<said>{_CANNOT})(?![{LETTERS}])"
)


def absence(text: str, whole: Folded, pin: str | None, *, first: bool) -> Unclear | None:
    """Propose HALANGAN where a text says in a sentence that its sender cannot come, with the whole as it was
    typed; of ``first`` where it begins with that."""
    found = _ABSENT.search(text)
    if found is None or (first and found.lastgroup != "first"):
        return None
    fault = FieldFault(" ".join(found[found.lastgroup or 0].split()), Why.UNKNOWN, near=Word.ABSENT)
    proposal = " ".join((Word.ABSENT, *whole.typed().split()))
    return Unclear((fault,), proposal=proposal, has_field=False, pin=pin)
