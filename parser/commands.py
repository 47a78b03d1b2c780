"""What a text can ask for: one frozen value for each command of SPEC section 2.

A command is what was typed, not whether its sender may do it: that is for the handlers.
"""

from dataclasses import dataclass

from config.language import Lang


@dataclass(frozen=True, slots=True)
class StationRef:
    """A station as typed: ``TPS 04 Cereme Taba`` is number 4 with the words ``CEREME TABA``.

    ``words`` may be a village or only a greeting, and so may those right ``before`` it; who reads the
    roster decides.
    """

    number: int
    words: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text says of one contest.

    ``votes`` is the list in the candidates' order (``G:120,98,77``); ``singles`` are pairs of
    candidate number and votes (``G2:98``). A text gives one or the other. In a correction both
    may be empty, where only ``valid`` or ``invalid`` changes.
    """

    contest: str
    votes: tuple[int, ...] = ()
    singles: tuple[tuple[int, int], ...] = ()
    valid: int | None = None
    invalid: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """``TPS012 G:120,98,77 SAH:295``, or ``RALAT …`` where ``revises``.

    ``slip`` is the number of a ``TS 12`` before every other field: the invalid votes, unless that is the
    sender's station.
    """

    station: StationRef | None
    figures: tuple[Figures, ...]
    pin: str | None = None
    note: str = ""
    revises: bool = False
    slip: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """``KOREKSI TPS012 G2:99 SAH:296``."""

    station: StationRef | None
    figures: tuple[Figures, ...]
    pin: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Void:
    """``BATAL TPS012 [G]``; without a contest, all of them."""

    station: StationRef | None
    contest: str | None = None
    pin: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """``TERIMA K7`` (``accept``) or ``TOLAK K7``; ``station`` only where it was typed, "terima K7 TPS012"."""

    case: int
    accept: bool
    pin: str | None = None
    note: str = ""
    station: int | None = None


@dataclass(frozen=True, slots=True)
class Replace:
    """``GANTI TPS012 081234567890 Siti Aminah``; the phone as typed, digits and plus only."""

    station: StationRef | None
    phone: str
    name: str
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """``HADIR``; ``station`` only where it was typed."""

    station: StationRef | None = None


@dataclass(frozen=True, slots=True)
class MissingPresent:
    """``BELUM HADIR [2] [district]``; ``district`` as in ``Total``, here and below."""

    page: int = 1
    district: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """``LAPOR listrik padam``; a leading station is in ``station`` and in the text as well."""

    text: str
    station: StationRef | None = None


@dataclass(frozen=True, slots=True)
class Belum:
    """``BELUM [2] [district]``: for officials and coordinators what is missing, for a monitor "not yet"."""

    page: int = 1
    district: str = ""
    station: StationRef | None = None


@dataclass(frozen=True, slots=True)
class NotYet:
    """``NOTYET``; ``station`` only where it was typed, here and below."""

    station: StationRef | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """``MISSING [2] [district]``."""

    page: int = 1
    district: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """``HALANGAN sakit``."""

    text: str = ""
    station: StationRef | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """``KABAR logistik datang jam 8``. ``pin`` is of the report that it is for who may not tell."""

    text: str
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """``CEK TPS012``, or ``CEK K7``: the station of that case."""

    station: StationRef | None
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Remind:
    """``INGATKAN``."""


@dataclass(frozen=True, slots=True)
class Total:
    """``REKAP [G] [district]``; ``district`` is the words as typed, upper case."""

    contest: str | None = None
    district: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """``STATUS``."""

    station: StationRef | None = None


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """``BAHASA EN``."""

    lang: Lang


@dataclass(frozen=True, slots=True)
class Pause:
    """``BERHENTI``."""


@dataclass(frozen=True, slots=True)
class Resume:
    """``LANJUT``."""


@dataclass(frozen=True, slots=True)
class Help:
    """``BANTUAN``."""


@dataclass(frozen=True, slots=True)
class Yes:
    """``YA``; ``casual`` for ``OK``, which is silent where nothing was asked. The PIN is of what it runs, and
    so is the station, where it was typed."""

    casual: bool = False
    pin: str | None = None
    station: StationRef | None = None


@dataclass(frozen=True, slots=True)
class No:
    """``TIDAK``."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """``STOP`` and the carrier's other words: no texts that we start."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """``START`` and the carrier's other words."""


@dataclass(frozen=True, slots=True)
class Courtesy:
    """Thanks, a greeting or an emoji: ignored, not answered, but where it ``asks``, "sudah benar pak?"."""

    asks: bool = False


OF_STATION = (Report, Correction, Void, Replace, Present, Incident, Belum, NotYet, Absent, Check, Status, Yes)
Command = (
    Report
    | Correction
    | Void
    | Decision
    | Replace
    | Present
    | MissingPresent
    | Incident
    | Belum
    | NotYet
    | Missing
    | Absent
    | Tell
    | Check
    | Remind
    | Total
    | Status
    | SetLanguage
    | Pause
    | Resume
    | Help
    | Yes
    | No
    | OptOut
    | OptIn
    | Courtesy
)
