"""What the service is measured against: the same server and framework, and only the signature checked.

python -m bench.bare PORT    (the token and the public address from the environment)
"""

import os
import sys

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

from gateway.listening import listen
from gateway.server import Server

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response />'


def bare_endpoint(token: str, public_url: str) -> Flask:
    """Give an application that answers a signed text with nothing, and stores nothing."""
    app = Flask("bare", static_folder=None)
    validator = RequestValidator(token)

    @app.post("/twilio/sms")
    def sms() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(public_url + request.path, request.form, signature):
            abort(403)
        return Response(EMPTY, mimetype="application/xml")

    return app


if __name__ == "__main__":
    application = bare_endpoint(os.environ["TWILIO_AUTH_TOKEN"], os.environ["PANTAU_PUBLIC_URL"])
    Server(application, listen("127.0.0.1", int(sys.argv[1]))).run()
