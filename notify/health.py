"""When a carrier is passed over, and when it is tried again (SPEC section 5). Pure: state in, state out.

A carrier keeps failing, or it takes texts and leaves them lying. Either way the others get its
texts for 5 minutes, and then it gets one for a trial. It is well again when that one went well, and
no sooner: nothing flaps.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from models.carriers import CarrierState

FAILURES = 5  # in a row
PASSED_OVER = timedelta(minutes=5)
FAILING, LYING = "failing", "lying"

# A carrier has 5 minutes to send a text on; those of the 10 minutes before that are looked at.
SENT_WITHIN, LOOKED_AT = timedelta(minutes=5), timedelta(minutes=10)
UNSENT_PERCENT = 15

# How long it must have been well to be called so: what lies is known after 5 minutes only.
CALM = {FAILING: timedelta(minutes=1), LYING: SENT_WITHIN + timedelta(minutes=1)}


def is_due_for_trial(state: CarrierState, now: datetime) -> bool:
    """Whether a carrier has been passed over for long enough; it has where our clock was set back."""
    if state.passed_until is None:
        return False
    return now >= state.passed_until or now < state.passed_until - PASSED_OVER


def is_in_trouble(state: CarrierState, now: datetime) -> bool:
    """Whether a carrier is in trouble, or was until just now."""
    if state.trouble is not None:
        return True
    return state.calm_at is not None and state.calm_at - max(CALM.values()) <= now < state.calm_at


def tried(state: CarrierState, now: datetime) -> CarrierState:
    """Begin a trial: one text for it, and the next in 5 minutes."""
    return replace(state, passed_until=now + PASSED_OVER, judged_from=now)


def failed(state: CarrierState, now: datetime) -> CarrierState:
    """Count a failure. The fifth in a row, and after a trial the next one, passes the carrier over."""
    state = replace(state, failures=state.failures + 1)
    if state.failures < FAILURES:
        return state
    began = state.judged_from if state.trouble == FAILING else now
    return replace(state, trouble=FAILING, passed_until=now + PASSED_OVER, judged_from=began)


def worked(state: CarrierState, handed_at: datetime) -> CarrierState:
    """Note that the carrier answered, be it with a refusal. It ends its failing, if the text was
    not already on its way when that began; what lies is not sent by being taken."""
    late = state.judged_from is not None and handed_at < state.judged_from
    if state.trouble == FAILING:
        return state if late else recovered(state, handed_at)
    return replace(state, failures=0)


def lies(state: CarrierState, now: datetime) -> CarrierState:
    """Pass a carrier over that leaves its texts lying."""
    return replace(state, trouble=LYING, passed_until=now + PASSED_OVER, judged_from=now)


def recovered(state: CarrierState, now: datetime) -> CarrierState:
    """Use a carrier again; it is judged from here on."""
    calm_at = now + CALM[state.trouble or FAILING]
    return replace(state, failures=0, trouble=None, passed_until=None, judged_from=now, calm_at=calm_at)
