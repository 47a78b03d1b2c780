"""A running service as its tests use it: texts by the sandbox's form, or by Twilio's webhooks."""

from collections.abc import Iterator
from dataclasses import dataclass

import requests

from tests.end_to_end.places import Post
from tests.end_to_end.running import Deployment, Reply, Running, reply_of
from tests.twilio_server import TwilioServer, signature

PUBLIC_URL = "https://pantau.example.org"  # a proxy stands there, and calls us by another address


@dataclass(slots=True)
class Sandboxed:
    """A service in the sandbox."""

    deployment: Deployment
    running: Running
    posts: Iterator[Post]

    def post(self) -> Post:
        """Give a station that has not reported."""
        return next(self.posts)

    def text(self, sender: str, body: str, sid: str | None = None) -> Reply:
        return self.running.text(sender, body, sid)


@dataclass(slots=True)
class OverTwilio:
    """A service on a local Twilio."""

    deployment: Deployment
    running: Running
    twilio: TwilioServer
    posts: Iterator[Post]

    def post(self) -> Post:
        """Give a station that has not reported."""
        return next(self.posts)

    def text(self, sender: str, body: str, sid: str) -> Reply:
        """Bring a text as Twilio does."""
        return reply_of(self.call("/twilio/sms", self.form(sender, body, sid)))

    def form(self, sender: str, body: str, sid: str) -> dict[str, str]:
        """Give what Twilio says of a text, as far as it matters."""
        number = self.twilio.numbers[0]
        return {"AccountSid": self.twilio.account_sid, "MessageSid": sid, "From": sender, "To": number} | {
            "Body": body,
            "NumMedia": "0",
        }

    def call(self, path: str, form: dict[str, str]) -> requests.Response:
        """Call a webhook with the right signature."""
        signed = signature(self.twilio.auth_token, PUBLIC_URL + path, form)
        return self.running.post(path, form, {"X-Twilio-Signature": signed})

    def report_status(self, sid: str, status: str, path: str = "/twilio/status") -> int:
        """Say what became of a text; give the status of the answer."""
        return self.call(path, {"MessageSid": sid, "MessageStatus": status}).status_code

    def bodies_to(self, phone: str) -> list[str]:
        """Give the texts that Twilio took for a number, oldest first."""
        return [each.body for each in self.twilio.sent if each.to == phone]


def twilio_settings(twilio: TwilioServer) -> dict[str, str]:
    """Give the environment of a deployment on that Twilio."""
    return {
        "PANTAU_CARRIER": "twilio",
        "PANTAU_PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_FROM_NUMBER": twilio.numbers[0],
        "TWILIO_API_URL": twilio.url,
    }
