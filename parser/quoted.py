"""Our own reply, sent back whole with its example filled in, as a phone's "forward" does it."""

import re

from parser.normalise import LETTERS, Folded

_L = LETTERS
_TPS = r"TPS[ .]*[0-9]++"
# How our replies begin that end in an example. No figure stands before, and none of the sender's in between.
_HEAD = re.compile(
    rf"[^0-9]*?(?<![{_L}])"
    rf"(?:(?:DITOLAK|NOT +RECORDED)(?: +{_TPS})?\.|BAIK, +{_TPS} +BELUM|NOTED, +STILL +COUNTING"
    rf"|(?:DIKOREKSI|CORRECTED) +{_TPS} +(?:OLEH|BY) )"
)
_LEAD = re.compile(
    rf"(?<![{_L}])(?:KIRIM +ULANG|SEND +AGAIN|(?:NANTI|LALU) +KIRIM|THEN +SEND|KIRIM +YANG +BENAR"
    rf"|SEND +THE +RIGHT +ONE) *: *(?=[{_L}])"
)


def behind_reply(folded: Folded) -> Folded:
    """Give what stands behind the words of a reply of ours: its example, as the sender has filled it in. What
    the reply says of the text before ("G harus 3 angka, terbaca 2") are no figures of this one."""
    if not _HEAD.match(folded.text):
        return folded
    leads = list(_LEAD.finditer(folded.text))
    return folded.part(leads[-1].end()) if leads else folded
