"""What happens at a station in a rehearsal: each story ends with the figures of its form standing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from config.election import Election
from gateway.rehearsal import replies, thumbs
from gateway.rehearsal.forms import Form
from gateway.rehearsal.night import Night

TRIES = 4  # of a monitor to get the right figures in
CHECKS_IN, HAS_TROUBLE, ERRS_AGAIN = 0.5, 0.03, 0.2


@dataclass(slots=True)
class Monitor:
    """Someone with a phone and the forms of their stations. ``random`` is theirs alone: what they
    do does not depend on what others do meanwhile."""

    night: Night
    election: Election
    random: Random
    phone: str
    forms: Sequence[Form]

    def work(self) -> None:
        """Report from every station. Raises Stopped, and OperatorError where nothing can be brought."""
        for form in self.forms:
            if self.random.random() < CHECKS_IN:
                self.say(f"HADIR TPS{form.station.code}", "check-ins")
            if self.random.random() < HAS_TROUBLE:
                self.say("LAPOR listrik padam, penghitungan lanjut", "incidents")
            self._story(form)(self, form)

    def say(self, body: str, what: str, text_id: str | None = None) -> str | None:
        """Text something and read the reply."""
        reply = self.night.bring(self.phone, body, what, text_id)
        self.night.pause(self.random, 2)
        return reply

    def report(self, form: Form, what: str = "reports", only: Sequence[str] = ()) -> str | None:
        """Text the figures of a form, typed as people do."""
        body = thumbs.styled(form.written(self.election, only=only), self.election, self.random)
        return self.say(body, what)

    def insist(self, form: Form, reply: str | None) -> None:
        """Go on until the form's figures stand: sent again where refused, decided where held."""
        for _ in range(TRIES):
            if replies.stands(reply):
                return
            case = replies.held_as(reply)
            if case is not None:
                self.decide(form, case, accept=True)
                return
            reply = self.say(form.written(self.election), "sent again, corrected")

    def decide(self, form: Form, case: str, *, accept: bool) -> None:
        """Have the coordinator, who looks at the form, decide a case."""
        word = "TERIMA" if accept else "TOLAK"
        reply = self.coordinator(form, f"{word} {case}")
        if accept and replies.asks_again(reply, case):
            self.coordinator(form, f"{word} {case}")

    def coordinator(self, form: Form, body: str) -> str | None:
        """Have the coordinator of a form's station text something."""
        phone = self.night.coordinators.get(form.station.district_id)
        if phone is None:
            return None
        self.night.pause(self.random, 2)
        return self.night.bring(phone, body, "coordinators' commands")

    def _story(self, form: Form) -> "Story":
        looked_after = form.station.district_id in self.night.coordinators
        known = {**ALONE, **WITH_COORDINATOR} if looked_after else ALONE
        return self.random.choices(list(known), weights=list(known.values()))[0]


Story = Callable[[Monitor, Form], None]


def _as_it_should_be(monitor: Monitor, form: Form) -> None:
    monitor.insist(form, monitor.report(form))


def _contest_by_contest(monitor: Monitor, form: Form) -> None:
    """The ballots of one contest are counted before those of the next; texts may overtake."""
    codes = [each.contest for each in form.tallies]
    monitor.random.shuffle(codes)
    for code in codes:
        monitor.report(form, only=[code])
    monitor.insist(form, monitor.report(form, "to be sure"))


def _mistyped(monitor: Monitor, form: Form) -> None:
    again = True
    while again:
        name, body = thumbs.slip(form, monitor.election, monitor.random)
        if len(monitor.forms) == 1 or name != "another station":
            reply = monitor.say(body, f"mistake: {name}")
            if name == "a misspelt word" and replies.asks(reply):
                monitor.insist(form, monitor.say("YA", "yes"))
                return
        again = monitor.random.random() < ERRS_AGAIN
    monitor.insist(form, monitor.say(form.written(monitor.election), "sent again, corrected"))


def _noticed_in_the_reply(monitor: Monitor, form: Form) -> None:
    """Two candidates exchanged: no sum catches it, the figures read back do."""
    wrong = thumbs.exchanged(form, monitor.random)
    if wrong is not None:
        monitor.report(wrong, "mistake: two candidates exchanged")
    body = form.written(monitor.election).replace(f"TPS{form.station.code}", f"RALAT TPS{form.station.code}")
    monitor.insist(form, monitor.say(body, "own corrections"))


def _brought_twice(monitor: Monitor, form: Form) -> None:
    text_id, body = monitor.night.new_id(), form.written(monitor.election)
    first = monitor.say(body, "reports", text_id)
    second = monitor.say(body, "brought twice, same id", text_id)
    monitor.night.must(first == second, f"TPS{form.station.code}: one text had two answers")
    monitor.insist(form, first)


def _sent_twice(monitor: Monitor, form: Form) -> None:
    first = monitor.report(form)
    monitor.insist(form, first)
    monitor.report(form, "brought twice, new id")


def _lost(monitor: Monitor, form: Form) -> None:
    monitor.night.lose()
    monitor.night.pause(monitor.random, 5)
    monitor.insist(form, monitor.report(form, "sent again, no reply"))


def _late(monitor: Monitor, form: Form) -> None:
    """No reply comes, so it is sent again; then the first arrives."""
    monitor.night.pause(monitor.random, 5)
    monitor.insist(form, monitor.report(form, "sent again, no reply"))
    monitor.night.pause(monitor.random, 5)
    monitor.report(form, "late")


def _from_an_unknown_phone(monitor: Monitor, form: Form) -> None:
    stranger = f"+62849{form.station.number % 10**7:07d}"
    reply = monitor.night.bring(stranger, form.written(monitor.election), "from unknown numbers")
    case = replies.held_as(reply)
    if case is not None:
        monitor.decide(form, case, accept=False)
    _as_it_should_be(monitor, form)


def _overtaken(monitor: Monitor, form: Form) -> None:
    """A wrong text was sent first and arrives last: the monitor sees it in the reply."""
    wrong = thumbs.exchanged(form, monitor.random)
    monitor.insist(form, monitor.report(form))
    if wrong is None:
        return
    reply = monitor.report(wrong, "late, out of order")
    case = replies.held_as(reply)
    if case is not None:
        monitor.decide(form, case, accept=False)
    elif replies.corrected(reply):
        monitor.insist(form, monitor.report(form, "sent again, corrected"))


def _form_does_not_add_up(monitor: Monitor, form: Form) -> None:
    tally = form.tallies[0]
    odd = form.with_tally(replace(tally, stated=tally.valid + 4))
    reply = monitor.report(odd, "forms that do not add up")
    if replies.asks(reply):
        reply = monitor.say("YA", "yes")
    monitor.insist(form, reply)


def _coordinator_corrects(monitor: Monitor, form: Form) -> None:
    """The monitor misread the form; then the carrier brings their first text once more."""
    wrong = thumbs.exchanged(form, monitor.random)
    if wrong is None:
        _as_it_should_be(monitor, form)
        return
    body = wrong.written(monitor.election)
    reply = monitor.say(body, "mistake: misread")
    if replies.stands(reply):
        monitor.coordinator(form, f"KOREKSI {form.written(monitor.election)}")
        reply = monitor.say(body, "old texts again")
    case = replies.held_as(reply)
    if case is not None:
        monitor.decide(form, case, accept=False)


def _taken_out(monitor: Monitor, form: Form) -> None:
    monitor.insist(form, monitor.report(form))
    monitor.coordinator(form, f"BATAL TPS{form.station.code}")
    monitor.insist(form, monitor.report(form, "sent again after BATAL"))


ALONE: dict[Story, int] = {
    _as_it_should_be: 36,
    _contest_by_contest: 14,
    _mistyped: 20,
    _noticed_in_the_reply: 4,
    _brought_twice: 4,
    _sent_twice: 4,
    _lost: 4,
    _late: 4,
    _from_an_unknown_phone: 1,
}
WITH_COORDINATOR: dict[Story, int] = {
    _overtaken: 2,
    _form_does_not_add_up: 4,
    _coordinator_corrects: 2,
    _taken_out: 1,
}
