"""The settings: one frozen dataclass, read once from the environment. Each NAME may instead be NAME_FILE, a
path to a file that holds it.

Unset, everything lives under DATA_DIR and payments are tests. `docs/settings.md` shows the same list (a
test compares them).
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from stdnum import iban

MIN_SECRET_LENGTH = 32
SELLER_OF_THE_TRIAL = "NL000099998B57"  # the tax office's own example number
VIES = "https://ec.europa.eu/taxation_customs/vies/rest-api"  # of the Commission, for everybody
REPLY_ADDRESS = re.compile(
    r"[A-Za-z0-9._-]{1,16}@[A-Za-z0-9.-]+"
)  # with a tag it has at most 64 signs before the @
IBAN_OF_THE_TRIAL = "NL91ABNA0417164300"  # the example of the registry of IBANs
SANDBOX_KEY = "sk_test_sandbox"  # stands for Stripe's key when none is set: payments go to the sandbox


class SettingsError(Exception):
    """A setting is missing or cannot be; the message names it and says what it must be."""


@dataclass(frozen=True)
class Settings:
    """All that can differ between two installations."""

    data_dir: Path  # all that the site writes lies under here
    database_url: str  # SQLAlchemy address; SQLite in DATA_DIR unless set
    storage_url: str  # file:// address of the vault of masters and derivatives
    search_url: str  # file:// address of the search index, or https:// of an OpenSearch cluster
    mail_url: str  # smtp://user:password@host:port, or file:// for a folder of messages
    mail_from: str  # sender of all mail
    mail_reply_to: (
        str  # where answers about requests come in, read by `flask mail receive`; unset: on their pages only
    )
    contact_email: str  # where people can ask the archive
    secret_key: str = field(repr=False)  # signs cookies and forms; at least 32 characters
    base_url: str  # public address without a closing slash, used in mail, licences and the provider's return addresses
    site_name: str  # name of the archive as licensor and in page titles
    seller_name: str  # legal name on invoices; SITE_NAME unless set
    seller_street: str  # with the number
    seller_postcode: str
    seller_city: str
    seller_vat_id: str  # VAT identification number; required when real money moves
    seller_registration: str  # number in the trade register (KVK)
    vat_oss_from: (
        date | None
    )  # first day on which consumers elsewhere in the Union pay their own country's VAT
    vies_url: str  # where VAT numbers are checked; empty: they are not, and count as unknown
    seller_iban: str  # bank account for transfers; none are offered on a live site without it
    transfer_minimum: int  # whole euros from which an order may be paid by bank transfer
    default_language: str  # nl or en: for visitors whose browser asks for neither
    naan: str  # Name Assigning Authority Number in ark:/NAAN/pid; 99999 is the number for tests
    stripe_secret_key: str = field(repr=False)  # unset: the payment sandbox is used and every page says so
    stripe_webhook_secret: str = field(repr=False)  # one or more, separated by commas, while rotating
    stripe_api_base: str  # where Stripe's API is; the sandbox's address on loopback when no key is set
    proxies: int  # reverse proxies in front whose X-Forwarded-* headers are believed; 0 without one
    max_upload_mb: int  # megabytes of one file that staff send
    max_megapixels: int  # millions of points in one picture
    decoding_memory_mb: int  # what the process that opens one file may have
    decoding_seconds: int  # of the processor, to open one file or to make one of its copies
    wallet_vat_mode: (
        str  # multi or single: whether the VAT in credit is due when it is used or when it is bought
    )
    watermark: str  # written across the large previews of pictures; nothing unless set
    small_prices: str  # file with the archive's own prices of small uses; the shipped list unless set
    forget_listeners_days: int  # days after which nobody can see any more who listened to what

    @property
    def payments_are_test(self) -> bool:
        """Whether no real money can move with these settings."""
        return self.stripe_secret_key.startswith("sk_test_")

    @property
    def is_https(self) -> bool:
        """Whether the site is reached over TLS, so that cookies may say Secure."""
        return self.base_url.startswith("https://")

    @property
    def sandbox_dir(self) -> Path:
        """Where the payment sandbox keeps its state."""
        return self.data_dir / "sandbox"


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings; raise SettingsError when one is missing or impossible."""
    data_dir = Path(_get(environ, "DATA_DIR", "var")).absolute()
    stripe_key = _get(environ, "STRIPE_SECRET_KEY", SANDBOX_KEY)
    settings = Settings(
        data_dir=data_dir,
        database_url=_get(environ, "DATABASE_URL", f"sqlite:///{data_dir / 'nachtregister.sqlite'}"),
        storage_url=_get(environ, "STORAGE_URL", (data_dir / "files").as_uri()),
        search_url=_get(environ, "SEARCH_URL", (data_dir / "search").as_uri()),
        mail_url=_get(environ, "MAIL_URL", (data_dir / "mail").as_uri()),
        mail_from=_get(environ, "MAIL_FROM", "Nachtregister <noreply@example.org>"),
        mail_reply_to=_get(environ, "MAIL_REPLY_TO", ""),
        contact_email=_get(environ, "CONTACT_EMAIL", "archief@example.org"),
        secret_key=_get(environ, "SECRET_KEY", "") or _own_secret(data_dir, "secret_key"),
        base_url=_get(environ, "BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        site_name=_get(environ, "SITE_NAME", "Nachtregister"),
        seller_name=_get(environ, "SELLER_NAME", ""),
        seller_street=_get(environ, "SELLER_STREET", "Voorbeeldkade 1"),
        seller_postcode=_get(environ, "SELLER_POSTCODE", "1011 AA"),
        seller_city=_get(environ, "SELLER_CITY", "Amsterdam"),
        seller_vat_id=_get(environ, "SELLER_VAT_ID", SELLER_OF_THE_TRIAL),
        seller_registration=_get(environ, "SELLER_REGISTRATION", "00000000"),
        vat_oss_from=_day(environ, "VAT_OSS_FROM"),
        vies_url=_may_be_empty(environ, "VIES_URL", VIES).rstrip("/"),
        seller_iban=_get(environ, "SELLER_IBAN", _iban_of_the_trial(stripe_key)).replace(" ", ""),
        transfer_minimum=_whole_number(environ, "TRANSFER_MINIMUM", "50"),
        default_language=_get(environ, "DEFAULT_LANGUAGE", "nl"),
        naan=_get(environ, "NAAN", "99999"),
        stripe_secret_key=stripe_key,
        stripe_webhook_secret=_webhook_secret(environ, stripe_key, data_dir),
        stripe_api_base=_api_base(environ, stripe_key),
        proxies=_whole_number(environ, "PROXIES", "0"),
        max_upload_mb=_whole_number(environ, "MAX_UPLOAD_MB", "2048"),
        max_megapixels=_whole_number(environ, "MAX_MEGAPIXELS", "200"),
        decoding_memory_mb=_whole_number(environ, "DECODING_MEMORY_MB", "1536"),
        decoding_seconds=_whole_number(environ, "DECODING_SECONDS", "300"),
        wallet_vat_mode=_get(environ, "WALLET_VAT_MODE", "multi"),
        watermark=_get(environ, "WATERMARK", ""),
        small_prices=_get(environ, "SMALL_PRICES", ""),
        forget_listeners_days=_whole_number(environ, "FORGET_LISTENERS_DAYS", "90"),
    )
    _check(settings)
    return settings


def _get(environ: Mapping[str, str], name: str, default: str) -> str:
    path = environ.get(f"{name}_FILE")
    if path is None:
        return environ.get(name) or default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE names {path}, which cannot be read: {error.strerror}") from error


def _may_be_empty(environ: Mapping[str, str], name: str, default: str) -> str:
    is_set = name in environ or f"{name}_FILE" in environ
    return _get(environ, name, "") if is_set else default


def _day(environ: Mapping[str, str], name: str) -> date | None:
    text = _get(environ, name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsError(f"{name} must be a day such as 2027-01-01, not {text!r}") from None


def _own_secret(data_dir: Path, name: str) -> str:
    """Make a secret at first start and keep it under DATA_DIR, readable by the owner only."""
    path = data_dir / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with path.open("x", encoding="ascii") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process was first; its secret is ours
    return path.read_text(encoding="ascii")


def _webhook_secret(environ: Mapping[str, str], stripe_key: str, data_dir: Path) -> str:
    given = _get(environ, "STRIPE_WEBHOOK_SECRET", "")
    if given or stripe_key != SANDBOX_KEY:
        return given
    return f"whsec_{_own_secret(data_dir, 'sandbox_webhook')}"


def _api_base(environ: Mapping[str, str], stripe_key: str) -> str:
    sandbox = stripe_key == SANDBOX_KEY
    return _get(environ, "STRIPE_API_BASE", "http://127.0.0.1:8001" if sandbox else "https://api.stripe.com")


def _iban_of_the_trial(stripe_key: str) -> str:
    return IBAN_OF_THE_TRIAL if stripe_key.startswith("sk_test_") else ""


def _whole_number(environ: Mapping[str, str], name: str, default: str) -> int:
    text = _get(environ, name, default)
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _check(settings: Settings) -> None:
    if len(settings.secret_key) < MIN_SECRET_LENGTH:
        raise SettingsError(f"SECRET_KEY must have at least {MIN_SECRET_LENGTH} characters")
    if settings.default_language not in ("nl", "en"):
        raise SettingsError("DEFAULT_LANGUAGE must be nl or en")
    if settings.wallet_vat_mode not in ("multi", "single"):
        raise SettingsError("WALLET_VAT_MODE must be multi or single")
    if urlsplit(settings.base_url).scheme not in ("http", "https"):
        raise SettingsError("BASE_URL must begin with http:// or https://")
    if settings.mail_reply_to and not REPLY_ADDRESS.fullmatch(settings.mail_reply_to):
        raise SettingsError(
            "MAIL_REPLY_TO must be an address such as answer@example.org, without a name or a +"
        )
    if settings.seller_iban and not iban.is_valid(settings.seller_iban):
        raise SettingsError("SELLER_IBAN must be an IBAN, such as NL91 ABNA 0417 1643 00")
    if not settings.stripe_webhook_secret:
        raise SettingsError("STRIPE_WEBHOOK_SECRET is needed with a STRIPE_SECRET_KEY of your own")
    if settings.stripe_secret_key.startswith("sk_live_"):
        _check_live(settings)


def _check_live(settings: Settings) -> None:
    if not settings.is_https:
        raise SettingsError("BASE_URL must begin with https:// when real money moves")
    if settings.seller_vat_id == SELLER_OF_THE_TRIAL:
        raise SettingsError("SELLER_VAT_ID, SELLER_STREET and the like must be yours when real money moves")


def current() -> Settings:
    """Return the settings of the running site."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings
