"""Words of the message language that an election file may not use for its contests.

SPEC section 2. The parser reads its keywords from here, the election file is checked
against them, and ``docs/language.md`` is tested to name each.
"""

from enum import StrEnum


class Word(StrEnum):
    """A command, by the first of its words."""

    PRESENT = "HADIR"
    INCIDENT = "LAPOR"
    BELUM = "BELUM"
    NOT_YET = "NOTYET"
    MISSING = "MISSING"
    REVISE = "RALAT"
    ABSENT = "HALANGAN"
    CORRECT = "KOREKSI"
    VOID = "BATAL"
    ACCEPT = "TERIMA"
    REJECT = "TOLAK"
    REPLACE = "GANTI"
    TELL = "KABAR"
    CHECK = "CEK"
    REMIND = "INGATKAN"
    TOTAL = "REKAP"
    STATUS = "STATUS"
    LANGUAGE = "BAHASA"
    PAUSE = "BERHENTI"
    RESUME = "LANJUT"
    HELP = "BANTUAN"
    YES = "YA"
    NO = "TIDAK"


COMMAND_WORDS: dict[Word, tuple[str, ...]] = {
    Word.PRESENT: ("HADIR", "PRESENT"),
    Word.INCIDENT: ("LAPOR", "INCIDENT"),
    Word.BELUM: ("BELUM",),
    Word.NOT_YET: ("NOTYET",),
    Word.MISSING: ("MISSING",),
    Word.REVISE: ("RALAT", "REVISE"),
    Word.ABSENT: ("HALANGAN", "ABSENT"),
    Word.CORRECT: ("KOREKSI", "UBAH", "CORRECT"),
    Word.VOID: ("BATAL", "VOID"),
    Word.ACCEPT: ("TERIMA", "ACCEPT"),
    Word.REJECT: ("TOLAK", "REJECT"),
    Word.REPLACE: ("GANTI", "REPLACE"),
    Word.TELL: ("KABAR", "TELL"),
    Word.CHECK: ("CEK", "CHECK"),
    Word.REMIND: ("INGATKAN", "REMIND"),
    Word.TOTAL: ("REKAP", "TOTAL"),
    Word.STATUS: ("STATUS",),
    Word.LANGUAGE: ("BAHASA", "LANGUAGE"),
    Word.PAUSE: ("BERHENTI", "PAUSE"),
    Word.RESUME: ("LANJUT", "RESUME"),
    Word.HELP: ("BANTUAN", "HELP"),
    Word.YES: ("YA", "OK"),
    Word.NO: ("TIDAK", "NO"),
}

TAUGHT = frozenset(word for words in COMMAND_WORDS.values() for word in words)  # every command's words

# Twilio acts on these itself before we see them (opt-out and opt-in): never commands of ours.
OPT_OUT_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
OPT_IN_WORDS = ("START", "YES", "UNSTOP")

STATION_WORDS = ("TPS",)
VALID_WORDS = ("SAH", "SUARASAH")
INVALID_WORDS = ("TSAH", "TIDAKSAH", "SS", "TS")
PIN_WORDS = ("PIN",)

# Between two numbers of a contest they say nothing: "120 suara dan 98 suara". Of FILLER fewer do: "295 total
# 300" would be another figure.
UNITS = ("ORANG", "ORG", "JIWA", "LEMBAR", "LBR")
JOINING = (
    *("SUARA", "DAN", "AND", "VOTE", "VOTES"),
    *("DAPAT", "MENDAPAT", "MENDAPATKAN", "MEMPEROLEH", "MERAIH"),
    *UNITS,
)
# A candidate's number follows: "nomor urut 1: 120".
NUMBERING = ("NOMOR", "NOMER", "NMR", "NO", "URUT", "PASLON", "PASANGAN", "CALON", "KANDIDAT")

RESERVED = frozenset(
    (
        *(*TAUGHT, *OPT_OUT_WORDS, *OPT_IN_WORDS),
        *(*STATION_WORDS, *VALID_WORDS, *INVALID_WORDS, *PIN_WORDS),
        *(*JOINING, *NUMBERING),
    )
)
