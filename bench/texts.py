"""What monitors text in a soak, what must become of it, and the senders that bring it."""

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from random import Random
from urllib.parse import urlencode

from tests.end_to_end.places import Post

WAIT_SECONDS = 0.05  # before a text that was not answered is brought again
ANSWER_SECONDS = 30
AGAIN = 0.1  # of all texts are brought twice by the carrier, and as many old ones once more
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# What may become of a text, by what it is. ``answered`` is new for commands that change nothing.
OUTCOMES = {
    "report": {"accepted", "corrected"},
    "again": {"duplicate"},
    "broken": {"refused"},
    "question": {"accepted", "answered"},
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text. ``kind`` is a key of ``OUTCOMES``."""

    sid: str
    sender: str
    body: str
    kind: str


@dataclass(slots=True)
class Desk:
    """A station: what its monitor texts, one after the other, and what must stand in the end."""

    post: Post
    random: Random
    reports: int = 0
    votes: tuple[int, ...] = ()  # of the first contest
    texts: list[Text] = field(default_factory=list)

    def next(self) -> Text:
        """Give a new text: mostly a report that differs from all before it."""
        kind = "report"
        if self.reports:
            kind = self.random.choices(tuple(OUTCOMES), weights=(75, 10, 7, 8))[0]
        if kind == "report":
            self.reports += 1
            self.votes = (1 + self.reports % 90, 1 + self.reports // 90, 60)
        text = Text(f"SM-{self.post.station}-{len(self.texts)}", self.post.monitor, self._body(kind), kind)
        self.texts.append(text)
        return text

    def _body(self, kind: str) -> str:
        match kind:
            case "broken":
                return f"TPS{self.post.station} G:1,2 SAH:3"
            case "question":
                return "STATUS"
            case _:
                votes = ",".join(map(str, self.votes))
                return f"TPS{self.post.station} G:{votes} SAH:{sum(self.votes)} W:50,60 SAH:110"


@dataclass(slots=True)
class Ledger:
    """What was answered, over all senders, and what was answered as nothing should be."""

    most: int
    taken: Iterator[int] = field(default_factory=count)
    replies: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, text: Text, reply: str) -> None:
        """Keep the answer to a text; the same text is answered alike for ever."""
        if self.replies.setdefault(text.sid, reply) != reply:
            self.faults.append(f"{text.sid} was answered {self.replies[text.sid]!r}, then {reply!r}")


class Sender(threading.Thread):
    """Brings the texts of some stations, over one connection that is kept, each until it is answered."""

    def __init__(self, port: int, desks: Sequence[Desk], ledger: Ledger, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        self._desks, self._ledger, self._stop_asked = desks, ledger, stop

    def run(self) -> None:
        """Send until told to stop, or until there were enough texts."""
        for desk in cycle(self._desks):
            if self._stop_asked.is_set() or next(self._ledger.taken) >= self._ledger.most:
                return
            text = desk.next()
            self._bring(text)
            if desk.random.random() < AGAIN:
                self._bring(text)
            if desk.random.random() < AGAIN:
                self._bring(desk.random.choice(desk.texts))

    def _bring(self, text: Text) -> None:
        """Bring a text as a carrier does that never gives up."""
        form = urlencode({"From": text.sender, "Body": text.body, "MessageSid": text.sid})
        while True:
            try:
                self._connection.request("POST", "/sandbox/sms", form, FORM)
                response = self._connection.getresponse()
                content = response.read().decode()
            except (OSError, http.client.HTTPException):  # killed: the next one listens soon
                self._connection.close()
            else:
                if response.status == http.client.OK:
                    return self._ledger.note(text, content)
                if response.status != http.client.SERVICE_UNAVAILABLE:
                    self._ledger.faults.append(f"{text.sid} was answered with status {response.status}")
            time.sleep(WAIT_SECONDS)
