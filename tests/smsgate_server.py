"""A phone with SMSGate in local mode, as far as its API is documented: messages, inbox, webhooks, health.

Answers are held against the ``android-sms-gateway`` package's own models as they leave.
"""

import base64
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from android_sms_gateway.domain import IncomingMessage, MessageState
from android_sms_gateway.webhooks import SmsReceivedPayload

USER, PASSWORD, KEY = "sms", "rahasia", "kunci-tanda-tangan"
JAKARTA = "+07:00"
LONGEST_ID = 36


def signed(body: bytes, key: str = KEY, late: int = 0) -> dict[str, str]:
    """Give the headers with which the application signs a request, by a clock so many seconds late."""
    timestamp = str(int(time.time()) - late)
    signature = hmac.new(key.encode(), body + timestamp.encode(), sha256).hexdigest()
    return {"X-Signature": signature, "X-Timestamp": timestamp, "Content-Type": "application/json"}


def received(sender: str, message: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Give the event of a text in."""
    payload = {
        "messageId": "abc123",
        "sender": sender,
        "phoneNumber": sender,
        "recipient": None,
        "message": message,
        "simNumber": 1,
        "receivedAt": at.astimezone(UTC).isoformat(timespec="milliseconds"),
    } | more
    SmsReceivedPayload.from_dict(payload)
    return event("sms:received", payload)


def event(name: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"deviceId": "device", "event": name, "id": "event", "payload": payload, "webhookId": "webhook"}


@dataclass(slots=True)
class Phone:
    """What the phone holds, and where its webhooks go."""

    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    inbox: list[dict[str, Any]] = field(default_factory=list)
    webhook: str | None = None
    webhooks: dict[str, str] = field(default_factory=dict)  # registered addresses, by event
    answers: list[int | bytes] = field(default_factory=list)  # statuses, or bodies, to answer with instead
    lose_answers: bool = False  # takes a message, and then the connection is gone
    requests: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def arrive(
        self, sender: str, message: str, *, told: bool = True, at: datetime | None = None
    ) -> int | None:
        """Let a text arrive; give the webhook's answer, None where it never calls."""
        at = at or datetime.now(UTC)
        listed = {
            "id": f"text:{next(self.numbers)}",
            "type": "SMS",
            "sender": sender,
            "recipient": None,
            "simNumber": 1,
            "contentPreview": message,
            "createdAt": at.isoformat(timespec="milliseconds"),
        }
        IncomingMessage.from_dict(listed)
        self.inbox.append(listed)
        return self.call(received(sender, message, at)) if told else None

    def tell(self, name: str, message_id: str, **more: Any) -> int:
        """Let the phone say what became of a message."""
        number = self.messages[message_id]["phoneNumbers"][0]
        return self.call(
            event(name, {"messageId": message_id, "phoneNumber": number, "simNumber": None} | more)
        )

    def call(self, content: dict[str, Any]) -> int:
        assert self.webhook is not None
        body = json.dumps(content).encode()
        return requests.post(self.webhook, data=body, headers=signed(body), timeout=5).status_code

    def sent_to(self, number: str) -> list[str]:
        """Give the words of the messages that the phone took for a number, oldest first."""
        return [
            each["textMessage"]["text"] for each in self.messages.values() if each["phoneNumbers"] == [number]
        ]

    def state(self, message_id: str) -> dict[str, Any]:
        message = self.messages[message_id]
        recipients = [
            {"phoneNumber": number, "state": "Pending", "error": None} for number in message["phoneNumbers"]
        ]
        state = {
            "id": message_id,
            "deviceId": "device",
            "state": "Pending",
            "isHashed": False,
            "isEncrypted": False,
        }
        state |= {"recipients": recipients, "states": {}, "createdAt": message["createdAt"]}
        MessageState.from_dict(state)
        return state


class SmsgateServer:
    """The phone's HTTP server on loopback."""

    def __init__(self) -> None:
        self.phone = Phone()
        phone = self.phone

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def _answer(self, content: Any) -> None:
                phone.requests.append(f"{self.command} {self.path}")
                status, answer = _answered(phone, self, content)
                if phone.lose_answers:
                    self.close_connection = True
                    return
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.settings = {
            "SMSGATE_URL": self.url,
            "SMSGATE_USER": USER,
            "SMSGATE_PASSWORD": PASSWORD,
            "SMSGATE_SIGNING_KEY": KEY,
        }

    def __enter__(self) -> "SmsgateServer":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _answered(phone: Phone, request: BaseHTTPRequestHandler, content: Any) -> tuple[int, Any]:
    if phone.answers:
        wanted = phone.answers.pop(0)
        return (202, wanted) if isinstance(wanted, bytes) else (wanted, {"message": "as the test wants"})
    token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if request.headers["Authorization"] != f"Basic {token}":
        return 401, {"message": "Unauthorized"}
    address = urlsplit(request.path)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    match request.command, address.path.split("/")[1:]:
        case "POST", ["messages"]:
            return _enqueue(phone, content)
        case "GET", ["messages"]:
            states = [phone.state(each) for each in phone.messages]
            return 200, _page([each for each in states if each["createdAt"] >= query["from"]], query)
        case "GET", ["messages", message_id]:
            return (200, phone.state(message_id)) if message_id in phone.messages else (404, {})
        case "GET", ["inbox"]:
            since = datetime.fromisoformat(query["from"])
            listed = [each for each in phone.inbox if datetime.fromisoformat(each["createdAt"]) >= since]
            return 200, _page(sorted(listed, key=lambda each: each["createdAt"], reverse=True), query)
        case "GET", ["webhooks"]:
            return 200, [{"id": name, "url": url, "event": name} for name, url in phone.webhooks.items()]
    return 404, {"message": "Not found"}


def _enqueue(phone: Phone, content: dict[str, Any]) -> tuple[int, Any]:
    if len(content["id"]) > LONGEST_ID or not content["textMessage"]["text"] or not content["phoneNumbers"]:
        return 400, {"message": "Bad request"}
    if content["id"] in phone.messages:
        return 409, {"message": "Message with such ID already exists"}
    phone.messages[content["id"]] = {
        **content,
        "createdAt": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    return 202, phone.state(content["id"])


def _page(found: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    start, limit = int(query.get("offset", 0)), int(query.get("limit", 50))
    assert 1 <= limit <= 500
    return found[start : start + limit]


def made_earlier(phone: Phone, message_id: str, by: timedelta) -> None:
    """Let a message have been made some time ago."""
    phone.messages[message_id]["createdAt"] = (datetime.now(UTC) - by).isoformat(timespec="milliseconds")
