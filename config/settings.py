"""The settings of a deployment, read once from the environment and ``.env`` (SPEC section 7).

Each field carries its name in the environment and a line of help; ``--help``, the docs and
``pantau doctor`` print from there. A secret is in no ``repr`` and in no error.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv.parser import Binding, parse_stream
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from config.errors import ConfigError
from config.sample import sample_path

SANDBOX = "sandbox"
ADDRESSES = ("public_url", "twilio_api_url", "smsgate_url", "kannel_sendsms_url")  # of Settings, by HTTP


def _setting(name: str, help_line: str, **more: Any) -> Any:  # Any: as dataclasses.field itself
    """Declare a field; ``secret`` keeps it out of repr, ``carrier`` needs it when in use."""
    meta = {"name": name, "help": help_line, "secret": False, "carrier": None} | more
    return field(default=None, repr=not meta["secret"], metadata=meta)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a deployment decides outside the election file. None: not set."""

    folder: Path  # the working directory: ``.env`` and ``var/`` are in it
    database_url: str = _setting(
        "PANTAU_DATABASE_URL",
        "database, sqlite:///… or postgresql://…; default: SQLite in var/pantau.db",
        secret=True,
    )
    election: Path = _setting(  # noqa: RUF009  it gives a dataclasses.field, which ruff cannot see
        "PANTAU_ELECTION",
        "path of the election file; default: election.toml here, else in the sandbox the sample",
    )
    carriers: tuple[str, ...] = _setting(
        "PANTAU_CARRIER", "carriers in order of preference, parted by commas; default: sandbox"
    )
    public_url: str | None = _setting(
        "PANTAU_PUBLIC_URL",
        "address under which carriers reach this service, such as https://pantau.example.org",
        carrier="twilio",
    )
    operator_password: str | None = _setting(
        "PANTAU_OPERATOR_PASSWORD", "password of the user operator at /board; none: no board", secret=True
    )
    own_numbers: tuple[str, ...] = _setting(
        "PANTAU_OWN_NUMBERS", "our own numbers beyond the sending one, parted by commas: never answered"
    )
    twilio_account_sid: str | None = _setting(
        "TWILIO_ACCOUNT_SID", "Twilio account, AC and 32 hexadecimal digits", carrier="twilio"
    )
    twilio_auth_token: str | None = _setting(
        "TWILIO_AUTH_TOKEN", "Twilio's secret token of that account", carrier="twilio", secret=True
    )
    twilio_messaging_service_sid: str | None = _setting(
        "TWILIO_MESSAGING_SERVICE_SID", "Twilio messaging service that sends, MG and 32 hexadecimal digits"
    )
    twilio_from_number: str | None = _setting(
        "TWILIO_FROM_NUMBER", "Twilio number that sends, where there is no messaging service"
    )
    twilio_api_url: str | None = _setting(
        "TWILIO_API_URL", "another base address for Twilio's REST API: a proxy or a test server"
    )
    gammu_database_url: str | None = _setting(
        "GAMMU_DATABASE_URL",
        "database of Gammu SMSD, sqlite:///… or postgresql://…",
        carrier="gammu",
        secret=True,
    )
    smsgate_url: str | None = _setting(
        "SMSGATE_URL",
        "address of the phone that runs SMSGate, such as http://192.168.1.20:8080",
        carrier="smsgate",
    )
    smsgate_user: str | None = _setting("SMSGATE_USER", "user that SMSGate shows", carrier="smsgate")
    smsgate_password: str | None = _setting(
        "SMSGATE_PASSWORD", "password that SMSGate shows", carrier="smsgate", secret=True
    )
    smsgate_signing_key: str | None = _setting(
        "SMSGATE_SIGNING_KEY", "key with which SMSGate signs its webhooks", carrier="smsgate", secret=True
    )
    kannel_sendsms_url: str | None = _setting(
        "KANNEL_SENDSMS_URL",
        "address of Kannel's sendsms, such as http://127.0.0.1:13013/cgi-bin/sendsms",
        carrier="kannel",
    )
    kannel_user: str | None = _setting("KANNEL_USER", "username of Kannel's sendsms-user", carrier="kannel")
    kannel_password: str | None = _setting(
        "KANNEL_PASSWORD", "password of Kannel's sendsms-user", carrier="kannel", secret=True
    )
    kannel_secret: str | None = _setting(
        "KANNEL_SECRET", "secret that Kannel's get-url and dlr-url carry", carrier="kannel", secret=True
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """What there is to say of one setting. ``carrier``: it must be set where that one is in use."""

    name: str
    help: str
    attribute: str  # of Settings
    secret: bool
    carrier: str | None


def documented() -> tuple[Setting, ...]:
    """Give every setting by its name in the environment, in the order in which it is explained."""
    return tuple(Setting(attribute=f.name, **f.metadata) for f in fields(Settings) if f.metadata)


def read_settings(environ: Mapping[str, str], folder: Path, *, known_carriers: Collection[str]) -> Settings:
    """Give the settings of the environment and of the folder's ``.env``; the environment wins.

    An empty value is as if not set. ConfigError, one line that names the setting, where one is
    missing, wrong or unknown.
    """
    given = {name: value.strip() for name, value in {**_dotenv(folder / ".env"), **environ}.items()}
    _refuse_unknown(given)
    values = {setting.attribute: given.get(setting.name) or None for setting in documented()}
    carriers = _carriers(values["carriers"] or SANDBOX, known_carriers)
    _need(values, carriers)
    if "twilio" in carriers:
        _check_twilio(values)
    _check_public_url(values["public_url"] or "", known_carriers)
    gammu = values["gammu_database_url"]
    return Settings(
        **values  # type: ignore[arg-type]  # the names are the fields' own; the rest is replaced here
        | {
            "folder": folder,
            "database_url": _database_url(values["database_url"], folder),
            "election": _election(values["election"], folder, carriers),
            "carriers": carriers,
            "own_numbers": tuple(_listed(values["own_numbers"] or "")),
            "gammu_database_url": gammu and _psycopg(gammu, "GAMMU_DATABASE_URL"),
        }
        | {attribute: _address(values, attribute) for attribute in ADDRESSES}
    )


def _dotenv(path: Path) -> dict[str, str]:
    """Read ``.env``, if there is one.

    By python-dotenv's parser: ``dotenv_values`` passes over lines that it cannot read, and puts
    variables of the process into a password that holds ``${…}``.
    """
    if not path.is_file():
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); let this user read it") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8; save the file as UTF-8") from None
    read = {}
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            raise ConfigError(f"{path}, line {_line(binding)}: not NAME=value")
        if binding.key:
            read[binding.key] = binding.value or ""
    return read


def _line(binding: Binding) -> int:
    written = binding.original.string  # with the empty lines before it
    return binding.original.line + written[: -len(written.lstrip())].count("\n")


def _refuse_unknown(given: Mapping[str, str]) -> None:
    """Raise at a name that only looks like a setting: a typing mistake would go unseen."""
    known = [setting.name for setting in documented()]
    for name in sorted(given):
        if name.startswith("PANTAU_") and name not in known:
            near = get_close_matches(name, known, 1, cutoff=0)
            raise ConfigError(f"{name}: there is no such setting; did you mean {near[0]}?")


def _listed(text: str) -> list[str]:
    """Part a list at its commas; each once, in order."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _carriers(text: str, known: Collection[str]) -> tuple[str, ...]:
    carriers = tuple(_listed(text.lower()))
    for carrier in carriers:
        if carrier not in known:
            raise ConfigError(f'PANTAU_CARRIER: no carrier "{carrier}"; there are {", ".join(known)}')
    if SANDBOX in carriers and len(carriers) > 1:
        raise ConfigError("PANTAU_CARRIER: sandbox cannot be used beside another carrier; leave it out")
    if not carriers:
        raise ConfigError(f"PANTAU_CARRIER: names no carrier; there are {', '.join(known)}")
    return carriers


def _need(values: Mapping[str, str | None], carriers: tuple[str, ...]) -> None:
    for setting in documented():
        if setting.carrier in carriers and values[setting.attribute] is None:
            raise ConfigError(f"{setting.name} is missing; {setting.carrier} needs it: {setting.help}")


# As Twilio takes them: E.164, a short code, a sender's name.
_SENDER = r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=[0-9 ]*[A-Za-z])[A-Za-z0-9 ]{1,11}"


def _check_twilio(values: Mapping[str, str | None]) -> None:
    service = values["twilio_messaging_service_sid"]
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", values["twilio_account_sid"] or ""):
        raise ConfigError("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits")
    if service is None and values["twilio_from_number"] is None:
        raise ConfigError(
            "TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM_NUMBER is missing; twilio needs one of them to send"
        )
    number = values["twilio_from_number"]
    if number is not None and not re.fullmatch(_SENDER, number):
        raise ConfigError(
            "TWILIO_FROM_NUMBER must be a number as +15005550006, a short code or a name of up to 11 letters"
        )
    if service is not None and not re.fullmatch(r"MG[0-9a-fA-F]{32}", service):
        raise ConfigError("TWILIO_MESSAGING_SERVICE_SID must be MG and 32 hexadecimal digits")


def _check_public_url(url: str, known: Collection[str]) -> None:
    """Refuse the address of a webhook, which is easily copied here: every signature would be wrong."""
    for path in (f"/{carrier}/sms" for carrier in known):
        if url.rstrip("/").endswith(path):
            raise ConfigError(f"PANTAU_PUBLIC_URL is the address without a carrier's path; leave {path} out")


def _address(values: Mapping[str, str | None], attribute: str) -> str | None:
    """Give an http address without a slash at its end. The value is not printed: it may hold a password."""
    url = values[attribute]
    if url is None:
        return None
    name = next(setting.name for setting in documented() if setting.attribute == attribute)
    wrong = ConfigError(f"{name} must be an address such as https://pantau.example.org")
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s?#]", url):
        raise wrong
    return url.rstrip("/")


def _database_url(url: str | None, folder: Path) -> str:
    if url is None:
        return f"sqlite:///{folder / 'var' / 'pantau.db'}"
    return _psycopg(url, "PANTAU_DATABASE_URL")


def _psycopg(url: str, name: str) -> str:
    """Name the driver that is installed: the short forms would mean psycopg2, or nothing at all."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            url = f"postgresql+psycopg://{url.removeprefix(short)}"
    if not url.startswith(("sqlite://", "postgresql+psycopg://")):
        raise ConfigError(f"{name} must begin with sqlite:/// or postgresql://")
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # not shown: it may hold a password
        raise ConfigError(f"{name} is not a database address") from None
    if url.startswith("sqlite") and address.database in (None, "", ":memory:"):
        raise ConfigError(f"{name}: SQLite needs a file, as in sqlite:////var/lib/file.db")
    if "@" in (address.host or ""):  # the end of a password: who looks for the host would print it
        raise ConfigError(f"{name} has a @ in its password or user; write it as %40")
    return url


def _election(given: str | None, folder: Path, carriers: tuple[str, ...]) -> Path:
    if given:
        if not (folder / given).is_file():
            raise ConfigError(f"PANTAU_ELECTION: there is no file {folder / given}")
        return folder / given
    if (folder / "election.toml").is_file():
        return folder / "election.toml"
    if carriers == (SANDBOX,):
        return sample_path("election.toml")
    raise ConfigError(
        f"PANTAU_ELECTION is missing and there is no {folder / 'election.toml'}; `pantau init` writes one"
    )
