"""Every page and route is authenticated, or listed here as open."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import read_settings
from gateway.app import create_app
from gateway.carriers import CARRIERS
from gateway.carriers.sandbox import Sandbox
from gateway.health import Readiness
from gateway.metrics import Metrics
from gateway.webhooks import webhooks_of

# What anyone may ask for, with the reason.
OPEN = {
    "/": "names the routes that tell how the process is",
    "/healthz": "says that the process is up",
    "/readyz": "says which part is not well",
    "/metrics": "counts texts; no result, no number",
    "/static/<path:filename>": "style sheets and scripts, the same for everyone",
}
# What only the sandbox has: it listens on loopback, and nothing leaves the machine.
OPEN_IN_THE_SANDBOX = {"/sandbox", "/sandbox/typed"}
ARGUMENTS = {"kind": "held", "name": "Timur I", "code": "012", "filename": "pantau.css", "_nothing": "x"}
SETTINGS = read_settings({"PANTAU_OPERATOR_PASSWORD": "rahasia"}, Path("nowhere"), known_carriers=CARRIERS)


class Signed(Sandbox):
    """A carrier whose requests nobody can sign."""

    name = "signed"

    def verify(self, _request):
        return False


@pytest.fixture
def service_with(city):
    return lambda carrier: replace(city.service, settings=SETTINGS, carriers={carrier.name: carrier})


@pytest.fixture
def build(service_with):
    def app_with(carrier):
        service = service_with(carrier)
        return create_app(service, Readiness(service.store))

    return app_with


def routes(app):
    """Give every rule with a method by which it can be asked, and an address of it."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            address = app.url_map.bind("localhost").build(
                rule.endpoint, {name: ARGUMENTS[name] for name in rule.arguments}
            )
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.rule, method, address


def test_every_route_asks_who_it_is_or_is_listed_as_open(build):
    app = build(Signed(SETTINGS))
    client = app.test_client()

    answered = {
        (rule, client.open(address, method=method).status_code)
        for rule, method, address in routes(app)
        if rule not in OPEN
    }

    assert {status for rule, status in answered if rule.startswith("/board")} == {401}
    assert {rule.split("/")[1] for rule, _ in answered} == {"board"}


def test_every_webhook_asks_who_it_is(build, service_with):
    carrier = Signed(SETTINGS)
    client = build(carrier).test_client()

    answered = {path: client.post(path).status_code for path in webhooks_of(service_with(carrier), Metrics())}

    assert answered == {"/signed/sms": 403, "/signed/status": 403}


def test_what_the_sandbox_opens_is_listed(build):
    app = build(Sandbox(SETTINGS))

    sandbox = {rule for rule, _, _ in routes(app) if rule.startswith("/sandbox")}

    assert sandbox == OPEN_IN_THE_SANDBOX


def test_no_other_carrier_has_the_sandboxs_pages(build):
    rules = {rule for rule, _, _ in routes(build(Signed(SETTINGS)))}

    assert not {rule for rule in rules if rule.startswith("/sandbox")}


@pytest.mark.parametrize("rule", OPEN)
def test_a_listed_route_exists_and_changes_nothing(build, rule):
    methods = {method for listed, method, _ in routes(build(Signed(SETTINGS))) if listed == rule}

    assert methods == {"GET"}
