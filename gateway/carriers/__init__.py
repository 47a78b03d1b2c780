"""The carriers that there are. A new one is a module with one class, and a line here."""

from collections.abc import Callable

from config.settings import Settings
from gateway.carriers.sandbox import Sandbox
from gateway.carriers.twilio import Twilio
from gateway.service import WebCarrier

CARRIERS: dict[str, Callable[[Settings], WebCarrier]] = {
    "twilio": Twilio,
    "sandbox": Sandbox,
}
