"""Settings: one frozen dataclass, read from the environment once, passed down."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

PREFIX = "OPENEVENT_"


class SettingsError(ValueError):
    """A setting has a value that cannot work; the message says which and what would."""


def _setting(default: Any, help_: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": help_, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that may differ between two installations.

    Each field is read from ``OPENEVENT_<NAME>``; ``openevent settings`` prints them.
    """

    bind: str = _setting("127.0.0.1:8000", "address and port the web server listens on")
    data_dir: Path = _setting(
        Path(".openevent"), "where embedded servers, keys, built documentation and uploads live"
    )
    database_url: str = _setting(
        "", "PostgreSQL >= 14; empty: an embedded server in the data directory", secret=True
    )
    read_database_url: str = _setting(
        "", "a read replica for GET requests; empty: the database itself", secret=True
    )
    redis_url: str = _setting(
        "", "Redis >= 6 or Valkey; empty: an embedded server in the data directory", secret=True
    )
    broker_url: str = _setting(
        "", "Dramatiq's broker, redis:// or amqp://; empty: the same as redis_url", secret=True
    )
    secret_key: str = _setting(
        "",
        "signs tokens, at least 32 bytes; empty: made once and kept in the data directory",
        secret=True,
    )
    public_url: str = _setting("", "how clients reach this server; empty: http://<bind>")
    frontend_url: str = _setting(
        "", "the web front end that links in mails lead to; empty: mails give codes to enter"
    )
    admin_email: str = _setting("admin@example.org", "the super admin that the first run makes")
    admin_password: str = _setting(
        "", "its password; empty: a random one, printed once", secret=True
    )
    rate_limits: str = _setting("on", "on, or relaxed: per-address limits raised a hundredfold")
    trusted_proxies: int = _setting(
        0, "how many reverse proxies in front set X-Forwarded-For (0: the header is ignored)"
    )
    dispatch: str = _setting("on", "on, or off: domain events wait in the outbox (tests)")
    web_workers: int = _setting(2, "gunicorn worker processes")
    web_threads: int = _setting(8, "threads in each web process")
    job_processes: int = _setting(1, "Dramatiq worker processes")
    job_threads: int = _setting(4, "threads in each Dramatiq process")
    graceful_timeout_s: int = _setting(30, "how long a stopping process finishes its work")
    statement_timeout_ms: int = _setting(5000, "PostgreSQL gives up on a statement after this")
    health_expires_s: int = _setting(
        27, "how long /health-check believes a check that passed (one that failed: at most 3)"
    )
    page_size_cap: int = _setting(10000, "most rows of one answer, also for page[size]=0")
    body_limit_bytes: int = _setting(1048576, "largest JSON request body")
    upload_limit_bytes: int = _setting(20971520, "largest picture or file that may be uploaded")
    upload_pixels: int = _setting(50000000, "most pixels of an uploaded picture")
    upload_hours: int = _setting(24, "an upload that nothing names is deleted after this")
    storage_url: str = _setting(
        "", "where uploads are kept: s3://bucket/folder; empty: in the data directory"
    )
    storage_endpoint: str = _setting(
        "", "an S3-compatible server, such as https://minio.example.org; empty: Amazon's"
    )
    storage_region: str = _setting("us-east-1", "the region of the bucket")
    storage_key_id: str = _setting("", "the access key's id; empty: as the machine provides it")
    storage_secret: str = _setting("", "the access key's secret", secret=True)
    smtp_url: str = _setting(
        "",
        "smtp://user:password@host:port; empty: mails are stored and logged, not sent",
        secret=True,
    )
    mail_from: str = _setting("Open Event <noreply@example.org>", "the From of mails")
    stripe_secret_key: str = _setting(
        "", "the platform's key at Stripe; empty: no payments by card", secret=True
    )
    stripe_webhook_secret: str = _setting(
        "", "signs what Stripe sends to /v1/stripe/webhook (connected accounts)", secret=True
    )
    stripe_api_base: str = _setting("", "another address of Stripe's API; empty: Stripe's own")
    sentry_dsn: str = _setting("", "report unexpected errors to this Sentry project", secret=True)
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")
    log_format: str = _setting("json", "json, or text for reading in a terminal")
    metrics_token: str = _setting(
        "", "who sends it as a bearer token may read /metrics from elsewhere", secret=True
    )
    metrics_port: int = _setting(
        0, "the worker's Prometheus port (0: none); the web process has /metrics"
    )

    def __post_init__(self) -> None:
        if self.secret_key and len(self.secret_key.encode()) < 32:
            raise SettingsError("OPENEVENT_SECRET_KEY must have at least 32 bytes")
        for name, allowed in (
            ("rate_limits", ("on", "relaxed")),
            ("dispatch", ("on", "off")),
            ("log_format", ("json", "text")),
            ("log_level", ("DEBUG", "INFO", "WARNING", "ERROR")),
        ):
            if getattr(self, name) not in allowed:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} is {getattr(self, name)!r}; "
                    f"it may be {' or '.join(allowed)}"
                )
        host, _, port = self.bind.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise SettingsError(f"{PREFIX}BIND is {self.bind!r}; it must be like 127.0.0.1:8000")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read every setting that the environment names; the rest keep their defaults."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            if (raw := environment.get(name)) is None:
                continue
            if isinstance(item.default, int):
                if not raw.isascii() or not raw.isdigit():
                    raise SettingsError(f"{name} is {raw!r}; it must be a whole number")
                values[item.name] = int(raw)
            elif isinstance(item.default, Path):
                values[item.name] = Path(raw)
            else:
                values[item.name] = raw
        return cls(**values)

    def with_secret_key(self) -> Settings:
        """Return settings that have a secret key: the given one, or the data directory's.

        The key is made on first use, readable by this user only, and kept, so that
        tokens survive a restart.
        """
        if self.secret_key:
            return self
        path = self.data_dir / "secret-key"
        try:
            key = path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            key = secrets.token_urlsafe(48)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return self.with_secret_key()
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(key)
        return self.replace(secret_key=key)

    def to_environment(self) -> dict[str, str]:
        """Return the variables from which a child process reads these settings again."""
        return {
            PREFIX + item.name.upper(): str(getattr(self, item.name))
            for item in fields(self)
            if getattr(self, item.name) != item.default
        }

    def child_environment(self) -> dict[str, str]:
        """Return the environment of a child process that shall run with these settings."""
        return {**os.environ, **self.to_environment()}

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with some settings changed."""
        return Settings(**{f.name: getattr(self, f.name) for f in fields(self)} | changes)

    @property
    def base_url(self) -> str:
        """How clients reach this server, without trailing slash."""
        return (self.public_url or f"http://{self.bind}").rstrip("/")

    def rows(self) -> list[tuple[str, str, str]]:
        """Return (variable, value, help) of every setting, secrets hidden."""
        return [
            (
                PREFIX + item.name.upper(),
                _hide(str(getattr(self, item.name)))
                if item.metadata["secret"]
                else str(getattr(self, item.name)),
                item.metadata["help"],
            )
            for item in fields(self)
        ]

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value, _ in self.rows())
        return f"Settings({values})"


def _hide(value: str) -> str:
    """Return a secret as it may be printed: a URL without its password, or stars."""
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme and parts.hostname:
        host = parts.hostname + (f":{parts.port}" if parts.port else "")
        user = f"{parts.username}:***@" if parts.username else ""
        return urlunsplit((parts.scheme, user + host, parts.path, "", ""))
    return "***"
