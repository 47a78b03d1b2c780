"""Our own reply, sent back whole with its example filled in, as a phone's "forward" does it."""

import re

from parser.normalise import LETTERS, Folded

_L = LETTERS
_TPS = r"TPS[ .]*[0-9]++"
_FORWARDED = rf"[^{_L}0-9]*+(?:(?:FWD?|RE|LATIHAN|PRACTICE)[^{_L}0-9]++)*"
# How our replies begin that end in an example. Nothing of the sender's stands before.
_HEAD = re.compile(
    rf"{_FORWARDED}(?P<head>(?:DITOLAK|NOT +RECORDED)(?: +{_TPS})?\.|BAIK, +{_TPS} +BELUM"
    rf"|NOTED, +STILL +COUNTING|(?:DIKOREKSI|CORRECTED) +{_TPS} +(?:OLEH|BY) )"
)
_LEAD = re.compile(
    rf"(?<![{_L}])(?P<lead>KIRIM +ULANG|SEND +AGAIN|(?:NANTI|LALU) +KIRIM|THEN +SEND|KIRIM +YANG +BENAR"
    rf"|SEND +THE +RIGHT +ONE) *: *(?=[{_L}])"
)
# As we write them: who tells of a refusal in their own words writes it otherwise.
_OURS = re.compile(
    r"(?:DITOLAK|NOT RECORDED|Baik|Noted|DIKOREKSI|CORRECTED)\b"
    r"|(?:[Kk]irim ulang|[Nn]anti kirim|[Ll]alu kirim|Kirim yang benar|[Ss]end again|[Tt]hen send"
    r"|Send the right one)$"
)
_FIGURES = re.compile(rf"[{_L}] *[:=] *[0-9]")


def behind_reply(folded: Folded) -> Folded:
    """Give what stands behind the words of a reply of ours: its example, as the sender has filled it in. What
    the reply says of the text before ("G harus 3 angka, terbaca 2") are no figures of this one. Where any are
    typed before the example, all of it is theirs."""
    head = _HEAD.match(folded.text)
    if head is None or not _OURS.match(folded.typed(head.start("head"), head.end())):
        return folded
    leads = list(_LEAD.finditer(folded.text, head.end()))
    if not leads or not _OURS.match(folded.typed(*leads[-1].span("lead"))):
        return folded
    if _FIGURES.search(folded.text, head.end(), leads[-1].start()):
        return folded
    return folded.part(leads[-1].end())
