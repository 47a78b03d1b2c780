"""Settings: what the environment and .env give, and each thing that can be wrong with them."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.sample import sample_path
from config.settings import Settings, documented, read_settings

KNOWN = ("twilio", "gammu", "smsgate", "kannel", "sandbox")
SECRET = "s3cret-value"
TWILIO = {
    "PANTAU_CARRIER": "twilio",
    "PANTAU_PUBLIC_URL": "https://pantau.example.org",
    "TWILIO_ACCOUNT_SID": "AC" + "0a" * 16,
    "TWILIO_AUTH_TOKEN": SECRET,
    "TWILIO_FROM_NUMBER": "+628410000999",
}
KANNEL = {
    "PANTAU_CARRIER": "kannel",
    "KANNEL_SENDSMS_URL": "http://127.0.0.1:13013/cgi-bin/sendsms",
    "KANNEL_USER": "pantau",
    "KANNEL_PASSWORD": SECRET,
    "KANNEL_SECRET": SECRET,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a working directory with an election file."""
    (tmp_path / "election.toml").write_text("")
    return tmp_path


def settings(environ: dict[str, str], folder: Path) -> Settings:
    return read_settings(environ, folder, known_carriers=KNOWN)


def trouble(environ: dict[str, str], folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        settings(environ, folder)
    return str(caught.value)


def test_without_any_setting_it_is_the_sandbox_on_the_sample(tmp_path: Path) -> None:
    read = settings({}, tmp_path)

    assert read.carriers == ("sandbox",)
    assert read.election == sample_path("election.toml")
    assert read.database_url == f"sqlite:///{tmp_path}/var/pantau.db"
    assert (read.operator_password, read.public_url, read.own_numbers) == (None, None, ())


def test_the_election_file_of_the_folder_goes_before_the_sample(folder: Path) -> None:
    assert settings({}, folder).election == folder / "election.toml"


def test_a_named_election_file_is_looked_for_from_the_folder(folder: Path) -> None:
    (folder / "other.toml").write_text("")

    assert settings({"PANTAU_ELECTION": "other.toml"}, folder).election == folder / "other.toml"


def test_everything_for_twilio_is_read(folder: Path) -> None:
    read = settings(TWILIO | {"PANTAU_OWN_NUMBERS": "0841 000 0998, +628410000997,"}, folder)

    assert read.carriers == ("twilio",)
    assert read.public_url == "https://pantau.example.org"
    assert read.twilio_auth_token == SECRET
    assert read.twilio_from_number == "+628410000999"
    assert read.own_numbers == ("0841 000 0998", "+628410000997")


def test_carriers_keep_their_order_of_preference(folder: Path) -> None:
    read = settings(TWILIO | KANNEL | {"PANTAU_CARRIER": "Kannel, twilio,kannel"}, folder)

    assert read.carriers == ("kannel", "twilio")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        pytest.param("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d", id="short form"),
        pytest.param("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d", id="usual form"),
        pytest.param("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d", id="driver named"),
        pytest.param("sqlite:///other.db", "sqlite:///other.db", id="SQLite"),
    ],
)
def test_a_database_address_names_the_driver_that_is_installed(given: str, used: str, folder: Path) -> None:
    gammu = {"PANTAU_CARRIER": "gammu", "GAMMU_DATABASE_URL": given}

    read = settings({"PANTAU_DATABASE_URL": given} | gammu, folder)

    assert (read.database_url, read.gammu_database_url) == (used, used)


def test_the_environment_goes_before_the_file(folder: Path) -> None:
    (folder / ".env").write_text(
        "\ufeff# comment\nexport PANTAU_OPERATOR_PASSWORD='a ${HOME} # b'\nKANNEL_USER=file # comment\n"
        "OTHER=1\nPANTAU_OWN_NUMBERS=1\n"
    )

    read = settings({"KANNEL_USER": "environment", "PANTAU_OWN_NUMBERS": ""}, folder)

    assert read.operator_password == "a ${HOME} # b"
    assert read.kannel_user == "environment"
    assert read.own_numbers == ()


def test_the_process_environment_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANTAU_CARRIER", "nonsense")

    assert settings({}, folder).carriers == ("sandbox",)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        pytest.param(
            {"PANTAU_DATABASE": "x"},
            "PANTAU_DATABASE: there is no such setting; did you mean PANTAU_DATABASE_URL?",
            id="unknown setting",
        ),
        pytest.param(
            {"PANTAU_CARRIER": "twillio"},
            'PANTAU_CARRIER: no carrier "twillio"; there are twilio, gammu, smsgate, kannel, sandbox',
            id="unknown carrier",
        ),
        pytest.param({"PANTAU_CARRIER": ","}, "PANTAU_CARRIER: names no carrier", id="no carrier"),
        pytest.param(
            TWILIO | {"PANTAU_CARRIER": "twilio,sandbox"},
            "PANTAU_CARRIER: sandbox cannot be used beside another carrier",
            id="sandbox beside another",
        ),
        pytest.param(
            {"PANTAU_DATABASE_URL": f"mysql://u:{SECRET}@h/d"},
            "PANTAU_DATABASE_URL must begin with sqlite:/// or postgresql://",
            id="another database",
        ),
        pytest.param(
            {"GAMMU_DATABASE_URL": f"mysql://u:{SECRET}@h/d"},
            "GAMMU_DATABASE_URL must begin with",
            id="another database of gammu",
        ),
        *(
            pytest.param({name: address}, f"{name} is not a database address", id=f"{name} {address}")
            for name in ("PANTAU_DATABASE_URL", "GAMMU_DATABASE_URL")
            for address in (f"postgresql://u:{SECRET}@h:port/d", "postgresql://[::1/d")
        ),
        *(
            pytest.param({name: address}, f"{name}: SQLite needs a file", id=f"{name} {address}")
            for name in ("PANTAU_DATABASE_URL", "GAMMU_DATABASE_URL")
            for address in ("sqlite://", "sqlite:///", "sqlite:///:memory:")
        ),
        *(
            pytest.param(
                {name: f"postgresql://u:pass@{SECRET}@h/d"},
                f"{name} has a @ in its password or user; write it as %40",
                id=f"{name}: a password with a @",
            )
            for name in ("PANTAU_DATABASE_URL", "GAMMU_DATABASE_URL")
        ),
        *(
            pytest.param(TWILIO | {"TWILIO_FROM_NUMBER": number}, "TWILIO_FROM_NUMBER must be", id=number)
            for number in ("@@@", "+", "12", "A_very_long_sender_name", "+0812")
        ),
        pytest.param(
            {"PANTAU_ELECTION": "none.toml"}, "PANTAU_ELECTION: there is no file ", id="no such file"
        ),
        pytest.param(
            {"PANTAU_PUBLIC_URL": "pantau.example.org"},
            "PANTAU_PUBLIC_URL must be an address",
            id="address without http",
        ),
        pytest.param(
            {"PANTAU_PUBLIC_URL": "https://h:port"}, "PANTAU_PUBLIC_URL must be", id="port in words"
        ),
        pytest.param({"PANTAU_PUBLIC_URL": "https://[h"}, "PANTAU_PUBLIC_URL must be", id="bracket open"),
        pytest.param(
            {"PANTAU_PUBLIC_URL": "https://pantau.example.org/twilio/sms/"},
            "PANTAU_PUBLIC_URL is the address without a carrier's path; leave /twilio/sms out",
            id="the webhook's own address",
        ),
        pytest.param({"PANTAU_PUBLIC_URL": "https://h/?a=1"}, "PANTAU_PUBLIC_URL must be", id="with a query"),
        pytest.param({"TWILIO_API_URL": "ftp://h"}, "TWILIO_API_URL must be an address", id="API by FTP"),
        pytest.param(
            TWILIO | {"PANTAU_PUBLIC_URL": ""},
            "PANTAU_PUBLIC_URL is missing; twilio needs it",
            id="no public address",
        ),
        pytest.param(TWILIO | {"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID is missing", id="no account"),
        pytest.param(
            TWILIO | {"TWILIO_ACCOUNT_SID": "AC123"},
            "TWILIO_ACCOUNT_SID must be AC and 32",
            id="account too short",
        ),
        pytest.param(TWILIO | {"TWILIO_AUTH_TOKEN": " "}, "TWILIO_AUTH_TOKEN is missing", id="no token"),
        pytest.param(
            TWILIO | {"TWILIO_FROM_NUMBER": ""},
            "TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM_NUMBER is missing",
            id="no sender",
        ),
        pytest.param(
            TWILIO | {"TWILIO_MESSAGING_SERVICE_SID": "SM1"},
            "TWILIO_MESSAGING_SERVICE_SID must be MG",
            id="another service",
        ),
        pytest.param(
            {"PANTAU_CARRIER": "gammu"}, "GAMMU_DATABASE_URL is missing; gammu needs it", id="gammu"
        ),
        pytest.param({"PANTAU_CARRIER": "smsgate"}, "SMSGATE_URL is missing; smsgate needs it", id="smsgate"),
        pytest.param(
            KANNEL | {"KANNEL_SECRET": ""}, "KANNEL_SECRET is missing; kannel needs it", id="kannel"
        ),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it_and_no_secret(
    environ: dict[str, str], message: str, folder: Path
) -> None:
    said = trouble(environ, folder)

    assert said.startswith(message)
    assert "\n" not in said
    assert SECRET not in said


def test_an_election_file_is_needed_beyond_the_sandbox(tmp_path: Path) -> None:
    assert trouble(TWILIO, tmp_path).startswith("PANTAU_ELECTION is missing")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        pytest.param(b"A=1\n\nPANTAU_CARRIER\n", r"\.env, line 3: not NAME=value", id="no equals sign"),
        pytest.param(b"A=1\nB='open\n", r"\.env, line 2: not NAME=value", id="open quotes"),
        pytest.param(b"A=\xff", r"\.env: not UTF-8", id="not UTF-8"),
        pytest.param(
            b"PANTAU_PASSWORD=1", r"PANTAU_PASSWORD: .* PANTAU_OPERATOR_PASSWORD\?", id="unknown name"
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(written: bytes, message: str, folder: Path) -> None:
    (folder / ".env").write_bytes(written)

    with pytest.raises(ConfigError, match=message):
        settings({}, folder)


def test_no_secret_is_in_the_repr(folder: Path) -> None:
    environ = {setting.name: SECRET for setting in documented() if setting.secret}
    environ |= {
        "PANTAU_DATABASE_URL": f"postgresql://u:{SECRET}@h/d",
        "GAMMU_DATABASE_URL": f"postgresql://u:{SECRET}@h/d",
    }

    read = settings(environ, folder)

    assert SECRET not in repr(read)
    assert read.operator_password == SECRET


def test_every_setting_has_a_name_and_one_line_of_help() -> None:
    names = [setting.name for setting in documented()]

    assert len(set(names)) == len(names) == len(Settings.__dataclass_fields__) - 1
    assert all(setting.help and "\n" not in setting.help for setting in documented())


def test_every_word_for_a_secret_is_secret() -> None:
    hidden = {setting.name for setting in documented() if setting.secret}

    assert {
        s.name for s in documented() if any(w in s.name for w in ("PASSWORD", "TOKEN", "SECRET", "KEY"))
    } <= hidden
