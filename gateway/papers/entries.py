"""What each role can text and what replies mean, as the guide prints it in both languages.

An example that needs figures has ``..`` for each: nothing here could be sent by mistake as it is.
"""

from dataclasses import dataclass

from config.election import Contest, Election
from gateway.papers.paper import Say
from parser import writing


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to send, or a word of a reply, and what it means."""

    text: str
    meaning: str


def report(election: Election, station: str, pin: str, *, only: Contest | None = None) -> str:
    """Give the report that we teach: each contest followed by its own SAH."""
    return writing.example(station, election, only=None if only is None else [only.code]) + pin


def monitor_commands(say: Say, election: Election, station: str, pin: str) -> tuple[Entry, ...]:
    """Give a monitor's commands."""
    first = report(election, station, pin, only=election.contests[0])
    return (
        Entry(say("HADIR", "PRESENT"), say("saya sudah di TPS", "I am at my station")),
        Entry(
            say("BELUM", "NOTYET"),
            say("masih menghitung, jangan ingatkan dulu", "still counting, no reminder yet"),
        ),
        Entry(
            say(f"RALAT {first}", f"REVISE {first}"),
            say("memperbaiki kiriman saya", "mends what I sent"),
        ),
        Entry(
            say("LAPOR listrik padam", "INCIDENT power is out"),
            say("kejadian, diteruskan ke koordinator", "passed on to the coordinator"),
        ),
        Entry(say("HALANGAN sakit", "ABSENT ill"), say("saya tidak bisa datang", "I cannot come")),
        Entry("STATUS", say("apa yang tercatat untuk TPS saya", "what stands for my station")),
        Entry(
            say("YA", "OK") + " / " + say("TIDAK", "NO"),
            say("menjawab pertanyaan Pantau", "answers Pantau's question"),
        ),
        Entry(say("BANTUAN", "HELP"), say("daftar perintah", "the commands")),
    )


def replies(say: Say) -> tuple[Entry, ...]:
    """Give the first words of replies and what they mean."""
    return (
        Entry(
            say("DITERIMA", "RECEIVED"),
            say(
                "tercatat; periksa angkanya, simpan nomor resi",
                "recorded; check the figures, keep the receipt",
            ),
        ),
        Entry(say("DIKOREKSI", "CORRECTED"), say("perbaikan tercatat", "your correction is recorded")),
        Entry(
            say("SUDAH ADA", "ALREADY RECORDED"),
            say("sudah tercatat, tidak perlu kirim lagi", "it stands already, nothing more to send"),
        ),
        Entry(
            say("DITAHAN", "HELD"),
            say(
                "koordinator memutuskan, tidak perlu kirim lagi",
                "a coordinator decides, nothing more to send",
            ),
        ),
        Entry(
            say("DITOLAK", "NOT RECORDED"),
            say("TIDAK tercatat: baca sebabnya, kirim ulang", "read why, and send again"),
        ),
        Entry(say("LATIHAN", "PRACTICE"), say("latihan, tidak dihitung", "practice, not counted")),
    )


def coordinator_commands(say: Say, election: Election, station: str, pin: str) -> tuple[Entry, ...]:
    """Give a coordinator's commands."""
    return (
        *_corrections(say, election, station, pin),
        Entry(
            say("TERIMA K7", "ACCEPT K7") + pin,
            say("menerima laporan yang ditahan, kasus K7", "accepts the held report K7"),
        ),
        Entry(say("TOLAK K7", "REJECT K7") + pin, say("menolaknya", "rejects it")),
        Entry(
            say(f"GANTI TPS{station} 08.......... Nama", f"REPLACE TPS{station} 08.......... Name") + pin,
            say(
                "menunjuk monitor pengganti; ia langsung dikirimi petunjuk",
                "names a substitute, who is texted what to do",
            ),
        ),
        Entry(
            say("KABAR logistik datang jam 8", "TELL supplies come at 8"),
            say(
                "SMS ke semua monitor Anda, paling cepat 15 menit sekali",
                "texts all your monitors, once in 15 minutes",
            ),
        ),
        Entry(
            say("BELUM HADIR", "MISSING PRESENT"),
            say("TPS yang belum hadir", "stations nobody has checked in at"),
        ),
        Entry(
            say("INGATKAN", "REMIND"),
            say("mengingatkan semua yang belum melapor", "reminds all who have not reported"),
        ),
        *_enquiries(say, election, station),
    )


def _corrections(say: Say, election: Election, station: str, pin: str) -> tuple[Entry, ...]:
    tps, contest = f"TPS{station}", election.contests[0]
    correct, void = say("KOREKSI", "CORRECT"), say("BATAL", "VOID")
    return (
        Entry(
            f"{correct} {report(election, station, pin, only=contest)}",
            say("mengganti hasil satu pemilihan; yang lain tetap", "replaces one contest's result"),
        ),
        Entry(
            f"{correct} {tps} {contest.code}1:.. SAH:..{pin}",
            say(
                "mengganti suara satu calon, dengan SAH yang baru",
                "replaces one candidate's votes; give SAH anew",
            ),
        ),
        Entry(
            f"{void} {tps}{pin}",
            say("mengeluarkan hasil TPS itu dari jumlah", "takes the station's results out of the totals"),
        ),
        Entry(f"{void} {tps} {contest.code}{pin}", say("satu pemilihan saja", "one contest alone")),
    )


def official_commands(say: Say, election: Election, station: str) -> tuple[Entry, ...]:
    """Give an official's commands: nothing that they text changes a figure."""
    return (
        *_enquiries(say, election, station),
        Entry(say("BERHENTI", "PAUSE"), say("menghentikan rekap berkala", "stops the scheduled totals")),
        Entry(say("LANJUT", "RESUME"), say("melanjutkannya", "resumes them")),
    )


def _enquiries(say: Say, election: Election, station: str) -> tuple[Entry, ...]:
    contest = election.contests[0]
    return (
        Entry(say("REKAP", "TOTAL"), say("jumlah sekarang", "the totals now")),
        Entry(
            say("REKAP", "TOTAL") + f" {contest.code}",
            say(f"jumlah {contest.name} saja", f"those of {contest.name} alone"),
        ),
        Entry(say("BELUM", "MISSING"), say("TPS yang belum melapor", "stations that have not reported")),
        Entry(
            say("CEK", "CHECK") + f" TPS{station}",
            say("hasil yang tercatat di TPS itu", "what stands for the station"),
        ),
        Entry(say("BAHASA EN", "LANGUAGE ID"), say("balasan dalam bahasa Inggris", "replies in Indonesian")),
        Entry(say("BANTUAN", "HELP"), say("daftar perintah", "the commands")),
    )
