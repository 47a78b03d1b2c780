"""The carriers that there are. A new one is a module with one class, and a line here."""

from collections.abc import Callable

from config.settings import Settings
from gateway.carriers.gammu import Gammu
from gateway.carriers.kannel import Kannel
from gateway.carriers.sandbox import Sandbox
from gateway.carriers.smsgate import Smsgate
from gateway.carriers.twilio import Twilio
from notify.carrier import Carrier

CARRIERS: dict[str, Callable[[Settings], Carrier]] = {
    "twilio": Twilio,
    "gammu": Gammu,
    "smsgate": Smsgate,
    "kannel": Kannel,
    "sandbox": Sandbox,
}
