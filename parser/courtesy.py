"""Words that people put round what they mean: greetings, thanks, forms of address, filler."""

from collections.abc import Sequence

from config.reserved import JOINING, NUMBERING


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


# Said to someone; may follow anything.
ADDRESS = frozenset(
    _words(
        """
    PAK PK BAPAK BPK BP BU IBU BUK MAS MBAK MBA KAK KAKAK BANG BG BOS BOSS MIN ADMIN NDAN KOMANDAN DAN SIR
    MADAM YTH YANG YG TERHORMAT SEMUA SEMUANYA REKAN ALL EVERYONE
    """
    )
)

# Asked of someone before the matter itself.
OPENING = frozenset(
    _words(
        """
    SELAMAT SLMT MET PAGI SIANG SIAN SORE MALAM MLM ASSALAMUALAIKUM ASSALAMU ALAIKUM ASSALAM ASS ASLM
    WAALAIKUMSALAM WAALAIKUM WR WB WRWB WARAHMATULLAHI WABARAKATUH SALAM HALO HALLO HELO HELLO HAI HI HEY
    PERMISI MAAF MOHON MHN MHON IZIN IJIN MINTA TOLONG TLG TLNG TLONG SIAP GOOD MORNING AFTERNOON EVENING
    NIGHT DEAR PLEASE PLS PLIS SORRY SEBELUMNYA
    """
    )
)

# Alone they are no greeting.
_ASKING = frozenset(_words("TOLONG TLG TLNG TLONG MOHON MHN MHON MINTA PLEASE PLS PLIS"))
_ASKED_FOR = frozenset(_words("INFO INFONYA INFORMASI INFORMASINYA ARAHAN ARAHANNYA BANTUANNYA"))

# An answer that asks for nothing.
CLOSING = frozenset(
    _words(
        """
    TERIMA TERIMAKASIH TRIMAKASIH TRIMA MAKASIH MAKASI MKSH MKASIH TRIMS TRIM TENGKYU TENKYU KASIH KASI
    THANKS THANK THX TQ TKS TKU YOU MUCH VERY SO BANYAK KEMBALI SAMA ATAS ARAHAN ARAHANNYA INFO INFONYA
    INFORMASI INFORMASINYA LAPORANNYA BANTUANNYA KERJASAMA KERJASAMANYA KERJA SAMANYA PERHATIAN PERHATIANNYA
    BAIK BAIKLAH MANTAP SIP LAKSANAKAN LAKSANA DIMENGERTI MENGERTI PAHAM JELAS AMIN AAMIIN AMIIN
    ALHAMDULILLAH SYUKUR DITERIMA BENAR BETUL SETUJU OK OKE OKEY OKAY YA IYA WELCOME NOTED RECEIVED
    FINE
    """
    )
)

PARTICLES = frozenset(
    _words(
        """
    YA YAH DEH DONG NIH SIH KOK LAH LO LOH DULU SAJA AJA LAGI NYA INI ITU UNTUK KE DI NIAN
    """
    )
)

COURTEOUS = ADDRESS | OPENING | CLOSING | PARTICLES

# As they are said in Palembang and Java, too.
YES = frozenset(_words("YA IYA IYE Y YAP YUP IYO YO YOI IYAP NGGIH INGGIH YEAH YEP"))
# Of nothing they ask nothing.
OKAY = frozenset(_words("OK OKE OKEY OKAY"))
CASUAL_YES = OKAY | frozenset(_words("BETUL BETOL BENAR BENER SESUAI MEMANG"))
# Behind a yes: "ya memang begitu di formulir".
AGREEING = frozenset(
    _words(
        """
    MEMANG BEGITU DEMIKIAN GITU SESUAI DENGAN DGN FORMULIR FORM FORMULIRNYA C HASIL PLANO SUDAH SDH ADANYA
    PADA DARI
    """
    )
)
# Behind a no: "tidak, salah ketik".
DENYING = frozenset(("SALAH", "KETIK", "TULIS", "KIRIM", "JADI", "BEGITU", "DEMIKIAN", "SESUAI"))
NO = frozenset(_words("TIDAK TDK NO BUKAN GAK GA GK NGGAK ENGGAK NGGA ENGGA KAGAK IDAK DAK NDAK ENDAK NOPE"))

# Ordinary words that are a letter or two from a command and must not be taken for it.
ORDINARY = COURTEOUS | frozenset(
    _words(
        """
    TELP TELPON TELEPON TEL TOTALNYA BUAH ADIR KAMAR SUDAH UDAH BELI BELAH TERIMALAH GANTUNG GANTENG TEMAN
    CEPAT SAAT SAYA KAMI KITA NANTI TADI HUBUNGI KEMBALI RAPAT SIBUK SEDANG TELAT TELEPONNYA BISA MASIH
    LANGSUNG LANCAR BANTU DIBANTU HADAP HARI JADI CERITA CEKER TELUR TELAH SABAR BAHAYA ALAT SALAT LAPAR KABUR
    BATAS HALAMAN WELL TILL EXCEPT BEHIND CAUSE RESULT RESULTS
    """
    )
)

# Between a key and its number they say nothing: "SAH semua 295", "TSAH ada 5".
FILLER = _words(
    """
    SUARA SUARANYA YANG YG JUMLAH JUMLAHNYA JML TOTAL TOTALNYA SEMUA SEMUANYA ADALAH ADA SEBANYAK SEBESAR
    DAPAT MEMPEROLEH PEROLEHAN UNTUK DAN VOTE VOTES
    """
)
# A district's name follows, and a village's.
DISTRICT = frozenset(("KEC", "KECAMATAN", "DISTRICT"))
VILLAGE = frozenset(("KEL", "KELURAHAN", "DESA", "DS", "KAMPUNG", "KAMP", "KP", "DUSUN", "DSN", "VILLAGE"))

# A person's name follows, behind their phone: "dengan nomor baru atas nama Siti".
BEFORE_NAME = frozenset(
    _words(
        """
    DENGAN DGN KE KEPADA OLEH JADI MENJADI NOMOR NOMER NO HP WA BARU ATAS A.N A/N PENGGANTI
    PENGGANTINYA ADIKNYA KAKAKNYA ANAKNYA ISTRINYA SUAMINYA TEMANNYA NAMA NAMANYA BERNAMA YAITU
    WITH TO BY NEW NUMBER NAME
    """
    )
)
# Before a name, or all that somebody is called.
TITLES = frozenset(_words("MONITOR SAKSI PETUGAS"))
# Thanks begin with it, and what else is said behind a name.
THANKS = frozenset(
    _words(
        """
    TERIMA TERIMAKASIH TRIMA TRIMAKASIH MAKASIH MAKASI MKSH TRIMS TRIM TKS TQ THX THANKS THANK PLEASE PLS
    TOLONG TLG MOHON MHN OK OKE SIAP
    """
    )
)
# Why somebody is replaced, and from when, behind the phone or the name: "karena sakit", "mulai sekarang".
REASONS = frozenset(_words("KARENA KARNA KRN SEBAB BECAUSE MULAI SEKARANG SKRG SEJAK SEGERA"))
# Who is elected, where that is no contest's name: "VOID TPS012 mayor".
OFFICES = frozenset(_words("MAYOR MAYORAL GOVERNOR REGENT PRESIDENT BUPATI GUBERNUR WALIKOTA PRESIDEN"))

NOTHING_SAID = frozenset((*FILLER, *JOINING, *NUMBERING, "SURAT"))

# Behind a confirmation of ours that is sent back: "DITERIMA TPS012. G 120,98,77 sah 295. Resi 0001."
OUR_OWN = frozenset(("RESI", "RECEIPT"))

# Of a contest that is still to come: "W nanti", "walikota belum", "menunggu walikota".
LATER = frozenset(
    _words(
        """
    NANTI BELUM BLM BELOM MENYUSUL NYUSUL SUSUL MASIH SEDANG LAGI BESOK KEMUDIAN AKAN SELESAI DALAM PROSES
    DIHITUNG MENGHITUNG HITUNG NGITUNG MENUNGGU NUNGGU TUNGGU LATER STILL WAITING COUNTING
    """
    )
)

# What stands before a station and is no name: "laporan hasil dari TPS 12".
LEADING_UP = (
    COURTEOUS
    | NOTHING_SAID
    | frozenset(
        _words(
            """
    LAPOR LAPORAN MELAPORKAN LAPORKAN HASIL HASILNYA DATA REKAP REKAPITULASI PENGHITUNGAN PERHITUNGAN DARI DR
    SAYA KAMI BERIKUT DENGAN FROM RESULT REPORT OF THE
    """
        )
    )
)


def unstretched(word: str) -> str:
    """Give a word whose last letter was held down as it is spelled: OKEE is OKE, YAAA is YA."""
    return word.rstrip(word[-1:]) + word[-1:]


def is_courteous(words: Sequence[str]) -> bool:
    """Say whether the words are courtesy and nothing else."""
    return all(word in COURTEOUS or unstretched(word) in COURTEOUS for word in words)


def is_thanks(words: Sequence[str]) -> bool:
    """Say whether a text of these words asks for nothing: a greeting, thanks, "siap pak"."""
    core = CLOSING | OPENING | ADDRESS
    if _ASKING.intersection(words) and _ASKING.union(ADDRESS, PARTICLES, _ASKED_FOR).issuperset(words):
        return False  # "tolong pak!", "mohon infonya"
    return is_courteous(words) and any(word in core or unstretched(word) in core for word in words)
