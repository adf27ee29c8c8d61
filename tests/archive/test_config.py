"""Settings: from the environment or from files, complete by themselves, refused by name when they cannot be."""

import re
import stat
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import config
from archive.config import Settings, SettingsError

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
NAMES = [field.name.upper() for field in fields(Settings)]
KEY = "k" * 32

# A value other than the default for each setting, and how it is read.
VALUES: dict[str, tuple[str, Any]] = {
    "DATA_DIR": ("/srv/archive", Path("/srv/archive")),
    "DATABASE_URL": ("sqlite:////tmp/x", "sqlite:////tmp/x"),
    "STORAGE_URL": ("file:///srv/files", "file:///srv/files"),
    "SEARCH_URL": ("file:///srv/search", "file:///srv/search"),
    "MAIL_URL": ("smtp://mail", "smtp://mail"),
    "MAIL_FROM": ("A <a@example.org>", "A <a@example.org>"),
    "MAIL_REPLY_TO": ("answer@example.org", "answer@example.org"),
    "CONTACT_EMAIL": ("b@example.org", "b@example.org"),
    "SECRET_KEY": (KEY, KEY),
    "BASE_URL": ("https://example.org/", "https://example.org"),
    "SITE_NAME": ("Jazzarchief", "Jazzarchief"),
    "SELLER_NAME": ("Stichting Jazzarchief", "Stichting Jazzarchief"),
    "SELLER_STREET": ("Kade 2", "Kade 2"),
    "SELLER_POSTCODE": ("3011 AB", "3011 AB"),
    "SELLER_CITY": ("Rotterdam", "Rotterdam"),
    "SELLER_VAT_ID": ("NL123456789B01", "NL123456789B01"),
    "SELLER_REGISTRATION": ("12345678", "12345678"),
    "VAT_OSS_FROM": ("2027-01-01", date(2027, 1, 1)),
    "VIES_URL": ("http://127.0.0.1:9/", "http://127.0.0.1:9"),
    "SELLER_IBAN": ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    "TRANSFER_MINIMUM": ("100", 100),
    "DEFAULT_LANGUAGE": ("en", "en"),
    "NAAN": ("12345", "12345"),
    "STRIPE_SECRET_KEY": ("sk_test_x", "sk_test_x"),
    "STRIPE_WEBHOOK_SECRET": ("whsec_a,whsec_b", "whsec_a,whsec_b"),
    "STRIPE_API_BASE": ("http://127.0.0.1:9", "http://127.0.0.1:9"),
    "PROXIES": ("2", 2),
    "MAX_UPLOAD_MB": ("500", 500),
    "MAX_MEGAPIXELS": ("40", 40),
    "DECODING_MEMORY_MB": ("700", 700),
    "DECODING_SECONDS": ("60", 60),
    "WALLET_VAT_MODE": ("single", "single"),
    "WATERMARK": ("Jazzarchief", "Jazzarchief"),
    "SMALL_PRICES": ("/srv/small_prices.toml", "/srv/small_prices.toml"),
    "FORGET_LISTENERS_DAYS": ("30", 30),
}


def read(tmp_path: Path, **environ: str) -> Settings:
    return config.read(
        {"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": "whsec_x"} | environ
    )


def test_every_setting_has_a_case_here() -> None:
    assert list(VALUES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_read_from_the_environment(tmp_path: Path, name: str) -> None:
    written, read_as = VALUES[name]

    assert getattr(read(tmp_path, **{name: written}), name.lower()) == read_as


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_read_from_a_file(tmp_path: Path, name: str) -> None:
    written, read_as = VALUES[name]
    path = tmp_path / "setting"
    path.write_text(f"{written}\n", encoding="utf-8")
    environ = {"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": "whsec_x"}
    environ.pop(name, None)

    assert getattr(config.read(environ | {f"{name}_FILE": str(path)}), name.lower()) == read_as


def test_the_check_of_vat_numbers_can_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path).vies_url.startswith("https://ec.europa.eu/")
    assert read(tmp_path, VIES_URL="").vies_url == ""


def test_a_first_day_of_the_one_stop_shop_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(config.SettingsError, match="VAT_OSS_FROM must be a day"):
        read(tmp_path, VAT_OSS_FROM="soon")


def test_without_any_setting_everything_lives_under_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = config.read({})

    for address in (settings.database_url, settings.storage_url, settings.search_url, settings.mail_url):
        assert str(tmp_path / "var") in address
    assert settings.payments_are_test
    assert settings.stripe_api_base.startswith("http://127.0.0.1:")


def test_secrets_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = config.read({"DATA_DIR": str(tmp_path)})
    again = config.read({"DATA_DIR": str(tmp_path)})

    assert first.secret_key == again.secret_key
    assert first.stripe_webhook_secret == again.stripe_webhook_secret
    for path in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secrets_do_not_show_in_what_is_printed(tmp_path: Path) -> None:
    settings = config.read({"DATA_DIR": str(tmp_path)})

    for secret in (settings.secret_key, settings.stripe_secret_key, settings.stripe_webhook_secret):
        assert secret not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEFAULT_LANGUAGE": "fy"}, "DEFAULT_LANGUAGE"),
        ({"BASE_URL": "example.org"}, "BASE_URL"),
        ({"BASE_URL": "ftp://example.org"}, "BASE_URL"),
        ({"PROXIES": "-1"}, "PROXIES"),
        ({"PROXIES": "many"}, "PROXIES"),
        ({"PROXIES": "²"}, "PROXIES"),
        ({"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_SECRET_KEY": "sk_live_x", "BASE_URL": "http://example.org"}, "BASE_URL"),
        ({"STRIPE_SECRET_KEY": "sk_live_x", "BASE_URL": "https://example.org"}, "SELLER_VAT_ID"),
        ({"SELLER_IBAN": "NL91 ABNA 0417 1643 01"}, "SELLER_IBAN"),
        ({"SECRET_KEY_FILE": "/nonexistent"}, "SECRET_KEY_FILE"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(
    tmp_path: Path, environ: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        read(tmp_path, **environ)


def test_a_live_key_means_that_payments_are_real(tmp_path: Path) -> None:
    live = {"STRIPE_SECRET_KEY": "sk_live_x", "BASE_URL": "https://example.org"}
    settings = read(tmp_path, **live, SELLER_VAT_ID="NL123456789B01")

    assert not settings.payments_are_test
    assert settings.is_https


def test_the_document_lists_the_settings_in_their_order() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)

    assert rows == NAMES
