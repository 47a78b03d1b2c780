"""``pantau doctor``: what would fail on the night is a failure, with the way to mend it."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, event, text, update
from werkzeug.serving import make_server

from config.election import ReminderPlan, SummaryPlan
from config.settings import read_settings
from gateway.app import create_app
from gateway.carriers import CARRIERS
from gateway.doctor import doctor, election, machine, roster, twilio
from gateway.health import Readiness
from gateway.service import Service
from models import elections
from models.store import Store
from models.tables import RoleRow, StationRow
from tests.city import COORDINATOR, MAYOR, MONITOR, REPORT
from tests.databases import only_sqlite
from tests.elections import NOON, OPENS, REFERENCE
from tests.end_to_end.running import free_port

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "token", "+15005550006"
NOBODY = "http://127.0.0.1:1"
OURS = "+628449999999"  # the city's
HALF_HOUR = timedelta(minutes=30)
READY = replace(
    REFERENCE,
    opens=OPENS,
    closes=OPENS + timedelta(hours=23),
    summaries=(SummaryPlan("official", HALF_HOUR),),
    operator_phones=("+6281200000001",),
)


def settings_of(folder, **more):
    (folder / "election.toml").touch()
    given = {
        "PANTAU_CARRIER": "twilio",
        "PANTAU_PUBLIC_URL": NOBODY,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM_NUMBER": NUMBER,
        "TWILIO_API_URL": NOBODY,
        "PANTAU_ELECTION": "election.toml",
        "PANTAU_DATABASE_URL": f"sqlite:///{folder}/pantau.db",
    }
    return read_settings(given | more, folder, known_carriers=CARRIERS.keys())


@pytest.fixture
def real(city, tmp_path):
    """The city on Twilio, hours before reporting opens, with nothing wrong but its sample numbers."""
    return replace(city.service, election=READY, settings=settings_of(tmp_path))


def states(findings):
    """Give the state of each check; the worst, where one was found several things of."""
    found: dict[str, str] = {}
    for each in findings:
        found[each.check] = max(
            found.get(each.check, "ok"), each.state.value, key=("ok", "warn", "fail").index
        )
        assert (each.state == "ok") == (not each.mend), each
    return found


def test_the_election_of_a_deployment_that_is_ready_is_well(real):
    assert set(states(election.look(real)).values()) == {"ok"}


@pytest.mark.parametrize(
    ("changes", "check", "state"),
    [
        pytest.param({"opens": None}, "opens", "fail", id="practice would count"),
        pytest.param({"opens": NOON + timedelta(days=400), "closes": None}, "opens", "warn", id="a year off"),
        pytest.param({"opens": NOON - timedelta(days=9)}, "opens", "warn", id="last year's"),
        pytest.param({"closes": NOON - HALF_HOUR, "opens": NOON - 2 * HALF_HOUR}, "closes", "fail", id="closed already"),
        pytest.param({"closes": OPENS + timedelta(days=9)}, "closes", "warn", id="a night of nine days"),
        pytest.param({"timezone": ZoneInfo("Europe/Paris")}, "time zone", "warn", id="a zone of another country"),
        pytest.param({"summaries": ()}, "summaries", "warn", id="nobody gets totals"),
        pytest.param(
            {"summaries": (SummaryPlan("official", HALF_HOUR, until=NOON - HALF_HOUR),)},
            "summaries", "fail", id="the last summary was yesterday's",
        ),
        pytest.param({"reminders": (ReminderPlan(NOON - HALF_HOUR),)}, "reminders", "warn", id="a reminder is past"),
        pytest.param({"reminders": (ReminderPlan(OPENS, "practice"),)}, "reminders", "warn", id="practice once it counts"),
        pytest.param(
            {"reminders": (ReminderPlan(OPENS + timedelta(days=1),),), "closes": OPENS + HALF_HOUR},
            "reminders", "warn", id="results once they are refused",
        ),
        pytest.param(
            {"reminders": (ReminderPlan(OPENS, "practice"),)}, "reminders", "warn", id="practice that would count"
        ),
        pytest.param(
            {"sending": replace(READY.sending, only=(MAYOR,))}, "sending", "fail", id="still a rehearsal"
        ),
        pytest.param({"operator_phones": ()}, "operator", "warn", id="alarms go nowhere"),
        pytest.param({"operator_phones": (MAYOR,)}, "operator", "fail", id="alarms to a sample number"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_election_file_is_said(real, changes, check, state):
    found = states(election.look(replace(real, election=replace(READY, **changes))))

    assert found.pop(check) == state
    assert "fail" not in found.values()


@only_sqlite
def test_votes_that_the_election_file_no_longer_knows_are_a_failure(city, real):
    governor, mayor = REFERENCE.contests
    city.text(MONITOR, REPORT)
    shorter = replace(governor, candidates=governor.candidates[:2])

    found = {
        name: [each.found for each in election.look(replace(real, election=replace(READY, contests=contests)))
               if each.state == "fail"]
        for name, contests in {"as it was": (governor, mayor), "other": (shorter,)}.items()
    }  # fmt: skip

    assert found["as it was"] == []
    assert [each.partition(", which")[0] for each in found["other"]] == ["the file lacks G3, W"]


def test_candidates_whom_texts_call_the_same_are_named(real):
    governor, *others = READY.contests
    first, second, third = governor.candidates
    alike = replace(governor, candidates=(first, replace(second, short=first.short.upper()), third))

    found = list(election.look(replace(real, election=replace(READY, contests=(alike, *others)))))

    assert "candidates" not in states(election.look(real))
    assert states(found)["candidates"] == "warn"
    assert any(each.found.startswith(f'2 of G are "{first.short.casefold()}"') for each in found)


def test_in_the_sandbox_an_election_without_bounds_is_no_failure(real, tmp_path):
    sandbox = settings_of(tmp_path, PANTAU_CARRIER="sandbox")

    found = states(election.look(replace(real, settings=sandbox, election=REFERENCE)))

    assert found["opens"] == "warn"
    assert "fail" not in found.values()


def on_roster(service, *statements):
    with service.store.transaction() as db:
        for each in statements:
            db.execute(each)


def test_a_roster_is_well_but_for_the_numbers_of_the_sample(real):
    looked = list(roster.look(real))

    assert ["--prune" in each.mend for each in looked if each.check == "numbers"] == [True]
    found = states(looked)
    assert found.pop("numbers") == "fail"
    assert set(found.values()) == {"ok"}


@pytest.mark.parametrize(
    ("statement", "check", "state", "named"),
    [
        pytest.param(
            update(RoleRow).where(RoleRow.station_id == 12).values(until=2), "stations", "fail", "012", id="no monitor"
        ),
        pytest.param(update(StationRow).values(removed=True), "stations", "fail", "none", id="no stations"),
        pytest.param(
            update(StationRow).where(StationRow.number == 7).values(voters=None), "voters", "warn", "007", id="voters"
        ),
        pytest.param(
            update(StationRow).where(StationRow.number == 7).values(voters=0), "voters", "fail", "007", id="no voters"
        ),
        pytest.param(
            update(StationRow).where(StationRow.number == 7).values(voters=4820), "voters", "warn", "007", id="a slip"
        ),
        pytest.param(
            text(f"UPDATE phones SET number = '{OURS}' WHERE number = '{MONITOR}'"),
            "numbers", "fail", f"{OURS} is ours", id="our own number",
        ),
        pytest.param(
            update(StationRow).where(StationRow.number == 12).values(removed=True),
            "monitors", "warn", MONITOR, id="no station",
        ),
        pytest.param(
            update(RoleRow).where(RoleRow.role == "coordinator").values(until=2),
            "coordinators", "warn", "Barat I, Timur I", id="no coordinators, but an operator",
        ),
        pytest.param(
            update(RoleRow).where(RoleRow.role == "official").values(until=2), "officials", "warn", "none", id="officials"
        ),
        pytest.param(
            text(f"INSERT INTO opt_outs (phone, at) VALUES ('{MONITOR}', '2024-11-27 05:00:00')"),
            "opt-outs", "warn", MONITOR, id="opted out",
        ),
    ],
)  # fmt: skip
def test_what_a_roster_lacks_is_named(real, statement, check, state, named):
    on_roster(real, statement)

    findings = list(roster.look(real))

    assert states(findings)[check] == state
    assert any(named in each.found for each in findings if each.check == check)


@only_sqlite
def test_a_pace_at_which_texts_die_waiting_is_warned_of(real):
    slow = replace(READY, sending=replace(READY.sending, messages_per_second=0.005))

    assert states(roster.look(replace(real, election=slow)))["sending"] == "warn"


@only_sqlite
def test_secrets_that_others_may_read_are_warned_of(real, tmp_path):
    (tmp_path / ".env").touch(mode=0o600)
    kept = states(machine.look(real, NOBODY))
    (tmp_path / ".env").chmod(0o644)

    assert "secrets" not in kept
    assert states(machine.look(real, NOBODY))["secrets"] == "warn"


@only_sqlite
def test_a_service_that_was_not_started_again_with_the_election_file_is_warned_of(real, tmp_path):
    with served(real, tmp_path) as (known, url):
        edited = replace(known, election_id=known.election_id + 1)

        found = [
            next(each for each in machine.look(one, url) if each.check == "service")
            for one in (known, edited)
        ]

    assert [each.state for each in found] == ["ok", "warn"]
    assert "another election file" in found[1].found


@only_sqlite
def test_the_service_of_a_rehearsal_is_not_taken_for_this_one(real, tmp_path):
    rehearsal = Store.open(f"sqlite:///{tmp_path}/rehearsal.db")
    with rehearsal.transaction() as db:
        election_id = elections.remember(db, real.election, NOON + timedelta(seconds=1))
    other = replace(real, store=rehearsal, election_id=election_id)
    with served(real, tmp_path) as (_, url):
        found = next(each for each in machine.look(other, url) if each.check == "service")
    rehearsal.close()

    assert other.election_id == real.election_id
    assert (found.state, "another database" in found.found) == ("warn", True)


def test_a_district_that_nobody_can_decide_for_is_a_failure(real):
    on_roster(real, delete(RoleRow).where(RoleRow.role == "coordinator"))

    found = states(roster.look(replace(real, election=replace(READY, operator_phones=()))))

    assert found["coordinators"] == "fail"


def test_real_numbers_are_well(real):
    on_roster(real, text("UPDATE phones SET number = '+62812' || substr(number, 6)"))

    assert "numbers" not in states(roster.look(real))


def test_who_changes_results_without_a_pin_is_told_of_where_pins_are_asked(real):
    asked = replace(READY, rules=replace(READY.rules, pin=True))

    found = [each for each in roster.look(replace(real, election=asked)) if each.check == "PINs"]

    assert [each.state for each in found] == ["warn", "warn"]
    assert [each.found.split()[1] for each in found] == ["monitors", "coordinators"]
    assert COORDINATOR in found[1].found
    assert "PINs" not in states(roster.look(real))


def test_results_before_reporting_opens_are_those_of_a_rehearsal(city, real):
    city.text(MONITOR, REPORT)

    assert states(roster.look(real))["results"] == "fail"
    assert "results" not in states(roster.look(replace(real, election=replace(READY, opens=NOON))))


def test_the_machine_is_looked_at_without_a_service_that_runs(real):
    found = states(machine.look(real, NOBODY))

    assert found["database"] in ("ok", "fail")  # the tests' PostgreSQL runs without fsync
    assert (found["schema"], found["service"]) == ("ok", "warn")
    assert found["clock"] in ("ok", "warn")


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_database_that_would_lose_texts_in_a_power_cut_is_a_failure(real):
    [wrong] = [
        each
        for each in machine.look(real, NOBODY)
        if each.check == "database" and each.state == "fail" and "fsync" in each.found
    ]

    assert "ALTER SYSTEM SET fsync = on" in wrong.mend


@only_sqlite
def test_a_database_that_this_user_may_only_read_is_a_failure(real):
    engine = real.store.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))

    found = [each for each in machine.look(real, NOBODY) if each.check == "database"]

    assert found[0].state == "fail"
    assert found[0].found == "nothing can be written: attempt to write a readonly database"


@pytest.mark.parametrize(
    ("limit", "state"), [("TOO_LITTLE", "fail"), ("LITTLE", "warn"), ("SKEW_SECONDS", "ok")]
)
def test_a_disk_that_is_full_is_a_failure(real, monkeypatch, limit, state):
    monkeypatch.setattr(machine, limit, 1 << 60)

    assert machine.disk(real.settings).state == state


def test_a_full_disk_is_named_where_the_database_cannot_be_opened_either(pantau, folder, monkeypatch):
    (folder / "taken").touch()
    monkeypatch.setenv("PANTAU_DATABASE_URL", f"sqlite:///{folder}/taken/pantau.db")
    monkeypatch.setattr(machine, "TOO_LITTLE", 1 << 60)

    wrong = [each for each in pantau("doctor", "--json").json["checks"] if each["state"] == "fail"]

    assert [each["check"] for each in wrong] == ["disk", "start"]
    assert wrong[0]["found"].endswith(f"free in {folder.resolve()}")


@dataclass
class Account:
    """What a local Twilio says of the account."""

    status: int = 200
    numbers: list[dict[str, object]] = field(default_factory=list)
    service: dict[str, object] = field(default_factory=dict)
    url: str = ""

    def answer(self, path: str) -> tuple[int, dict[str, object]]:
        if self.status != 200:
            return self.status, {"code": 20003, "message": "no", "status": self.status}
        if "IncomingPhoneNumbers" in path:
            return 200, {"incoming_phone_numbers": self.numbers, "page_size": 50}
        if path.endswith("/PhoneNumbers") or "/PhoneNumbers?" in path:
            return 200, {"phone_numbers": self.numbers, "meta": {"key": "phone_numbers"}}
        if "/v1/Services/" in path:
            return 200, self.service
        return 200, {"messages": [], "page_size": 50}


@pytest.fixture
def account():
    """Twilio, as far as doctor asks it."""
    found = Account()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = found.answer(self.path)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield found
        server.shutdown()


@contextmanager
def served(service, folder, **more) -> Iterator[tuple[Service, str]]:
    """Serve the webhooks of a service at an address that it knows; give it and the address."""
    url = f"http://127.0.0.1:{free_port()}"
    settings = settings_of(folder, PANTAU_PUBLIC_URL=url, **more)
    carriers = {name: CARRIERS[name](settings) for name in settings.carriers}
    known = replace(service, settings=settings, carriers=carriers)
    with service.store.reading() as db:
        readiness = Readiness(service.store, election=elections.mark(db, service.election_id))
    application = create_app(known, readiness)
    # Not waitress, which cannot be told to stop from another thread without closing what it waits for.
    server = make_server("127.0.0.1", int(url.split(":")[-1]), application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield known, url
    server.shutdown()
    thread.join(10)
    server.server_close()


def ours(url):
    return {
        "phone_number": NUMBER,
        "sms_url": f"{url}/twilio/sms",
        "capabilities": {"sms": True},
        "sid": "PN1",
    }


def test_a_webhook_that_checks_signatures_is_well_and_is_asked_without_storing_anything(
    city, real, tmp_path, account
):
    with served(real, tmp_path, TWILIO_API_URL=account.url) as (known, url):
        account.numbers = [ours(url)]

        found = list(twilio.look(known))

    assert Counter(each.state.value for each in found) == {"ok": 3, "warn": 1}
    assert [each.found for each in found if each.state == "warn"] == [
        "is not encrypted: whoever is between reads the texts"
    ]
    assert city.count("messages") == 0


def test_a_service_with_another_token_refuses_the_right_signature(real, tmp_path, account):
    with served(real, tmp_path, TWILIO_API_URL=account.url, TWILIO_AUTH_TOKEN="old") as (known, url):
        mine = settings_of(tmp_path, PANTAU_PUBLIC_URL=url, TWILIO_API_URL=account.url)

        found = {
            each.check: each for each in twilio.look(replace(known, settings=mine)) if each.state == "fail"
        }

    assert "refuses the right signature" in found["webhook"].found


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param(401, "refuses", id="a wrong token"),
        pytest.param(503, "answers 503", id="Twilio is in trouble"),
    ],
)
def test_credentials_are_asked_of_twilio(real, tmp_path, account, status, said):
    account.status = status
    asked = replace(real, settings=settings_of(tmp_path, TWILIO_API_URL=account.url))

    credentials, webhook = twilio.look(asked)

    assert (credentials.state, webhook.state) == ("fail", "fail")
    assert said in credentials.found
    assert "does not answer" in webhook.found


@pytest.mark.parametrize(
    ("numbers", "state", "said"),
    [
        pytest.param([], "fail", "is not of this account", id="another's number"),
        pytest.param(
            [ours(NOBODY) | {"capabilities": {"sms": False}}], "fail", "takes no SMS", id="voice alone"
        ),
        pytest.param(
            [ours("https://old.example.org")], "fail", "https://old.example.org", id="another webhook"
        ),
        pytest.param([ours(NOBODY) | {"sms_url": ""}], "fail", "go to nobody", id="no webhook"),
        pytest.param([ours(NOBODY)], "ok", f"{NOBODY}/twilio/sms", id="as it should be"),
    ],
)
def test_the_number_is_asked_of_twilio(real, tmp_path, account, numbers, state, said):
    account.numbers = numbers
    asked = replace(real, settings=settings_of(tmp_path, TWILIO_API_URL=account.url))

    [number] = [each for each in twilio.look(asked) if each.check == "twilio number"]

    assert (number.state, said in number.found) == (state, True)


@pytest.mark.parametrize(
    ("numbers", "service", "state"),
    [
        pytest.param([], {}, "fail", id="without a number"),
        pytest.param([{"sid": "PN1"}], {"use_inbound_webhook_on_number": True}, "warn", id="a webhook each"),
        pytest.param(
            [{"sid": "PN1"}], {"inbound_request_url": f"{NOBODY}/twilio/sms"}, "ok", id="as it should be"
        ),
        pytest.param([{"sid": "PN1"}], {"inbound_request_url": None}, "fail", id="texts are kept by Twilio"),
    ],
)
def test_the_messaging_service_is_asked_of_twilio(real, tmp_path, account, numbers, service, state):
    account.numbers, account.service = numbers, service
    sid = "MG" + "0" * 32
    asked = replace(
        real, settings=settings_of(tmp_path, TWILIO_API_URL=account.url, TWILIO_MESSAGING_SERVICE_SID=sid)
    )

    [number] = [each for each in twilio.look(asked) if each.check == "twilio number"]

    assert number.state == state


def test_a_carrier_without_checks_is_said_to_be_without(real):
    found = list(doctor.look(replace(real, carriers={"pigeon": real}), NOBODY))

    assert [each.found for each in found if each.check == "carrier"] == ["pigeon is not looked at"]


def test_in_the_sandbox_nothing_would_fail(pantau, town):
    done = pantau("doctor")

    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "nothing would fail on the night"
    assert town.count("messages") == 0


@pytest.mark.usefixtures("town")
def test_a_night_without_a_board_is_warned_of(real):
    with_board = replace(real, settings=replace(real.settings, operator_password="a long one"))
    without = replace(real, settings=replace(real.settings, operator_password=None))

    assert states(machine.look(with_board, NOBODY))["board"] == "ok"
    assert states(machine.look(without, NOBODY))["board"] == "warn"


@pytest.mark.parametrize(
    ("carrier", "ours", "warned"),
    [
        pytest.param("gammu", frozenset(), True, id="a modem's"),
        pytest.param("gammu", frozenset({OURS}), False, id="it is known"),
        pytest.param("twilio", frozenset(), False, id="not a SIM"),
    ],
)
def test_a_sim_whose_number_is_not_known_is_warned_of(real, carrier, ours, warned):
    settings = replace(real.settings, carriers=(carrier,))

    found = states(machine.look(replace(real, settings=settings, own_numbers=ours), NOBODY))

    assert found.get("own numbers") == ("warn" if warned else None)


def test_the_checks_are_printed_as_json(pantau):
    found = pantau("doctor", "--json").json

    assert found["ok"] is True
    assert {each["check"] for each in found["checks"]} >= {
        "settings",
        "database",
        "schema",
        "clock",
        "disk",
        "opens",
    }
    assert all(each.keys() == {"check", "state", "found", "mend"} for each in found["checks"])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("PANTAU_CARRIER", "twilio", "PANTAU_PUBLIC_URL is missing", id="a setting"),
        pytest.param("PANTAU_ELECTION", "none.toml", "none.toml", id="no election file"),
        pytest.param(
            "PANTAU_DATABASE_URL", "postgresql://u:geheim@127.0.0.1:1/d", "database", id="no database"
        ),
    ],
)
@pytest.mark.usefixtures("town")
def test_what_keeps_it_from_starting_is_a_line_with_the_way_to_mend_it(
    pantau, monkeypatch, name, value, said
):
    monkeypatch.setenv(name, value)

    done = pantau("doctor")

    assert (done.status, done.err) == (1, "")
    [line] = [line for line in done.out.splitlines() if line.startswith("fail")]
    assert said in line
    assert "->" in line
    assert "geheim" not in done.out


@pytest.mark.parametrize(
    ("length", "mend"),
    [
        pytest.param(None, "name another file, or restore a backup", id="no database"),
        pytest.param(20_000, "it is damaged: restore a backup", id="a part of one"),
    ],
)
def test_a_damaged_database_is_restored_and_not_asked_whether_it_runs(
    pantau, folder, monkeypatch, length, mend
):
    monkeypatch.setenv("PANTAU_DATABASE_URL", f"sqlite:///{folder}/whole.db")
    assert pantau("tally").status == 0
    whole = (folder / "whole.db").read_bytes()
    (folder / "spoilt.db").write_bytes(whole[:length] if length else b"station,district\n" * 99)
    monkeypatch.setenv("PANTAU_DATABASE_URL", f"sqlite:///{folder}/spoilt.db")

    last = pantau("doctor", "--json").json["checks"][-1]

    assert (last["state"], last["check"], last["mend"]) == ("fail", "database", mend)
    assert "PANTAU_DATABASE_URL" in last["found"]


def test_a_folder_that_cannot_be_made_is_a_finding_like_any_other(pantau, folder, monkeypatch):
    (folder / "taken").touch()
    monkeypatch.setenv("PANTAU_DATABASE_URL", f"sqlite:///{folder}/taken/pantau.db")

    done = pantau("doctor", "--json")

    last = done.json["checks"][-1]
    assert (done.status, last["state"], last["check"]) == (1, "fail", "start")
    assert last["found"].startswith(f"PANTAU_DATABASE_URL: {folder}/taken: ")


def test_a_wrong_election_file_is_named_with_its_line(pantau, folder):
    pantau("init", "x")
    (folder / "election.toml").write_text(
        Path("x/election.toml").read_text().replace("Asia/Jakarta", "Asia/Nowhere")
    )

    done = pantau("doctor", "--json")

    assert done.status == 1
    assert "election.toml, line 7" in done.json["checks"][-1]["found"]
