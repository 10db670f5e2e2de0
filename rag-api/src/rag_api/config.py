"""Settings: read once from the environment, frozen, every fault named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from rag_api.retention.policy import MAX_DAYS, RetentionPolicy, Span, Switch
from rag_api.validation import InvalidValue, describe_finding


def _split_url(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise InvalidValue("is not a URL") from None
    return parts


def _require_http_url(value: str) -> str:
    parts = _split_url(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in value):
        raise InvalidValue("must be an http(s) URL")
    if parts.username or parts.password or parts.query or parts.fragment or value.endswith("/"):
        raise InvalidValue("must have no credentials, query, fragment or trailing slash")
    return value


def _require_origin(value: str) -> str:
    parts = _split_url(value)
    if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != value:
        raise InvalidValue(
            "must be exact origins like https://app.example.com, without path or trailing slash"
        )
    if not parts.hostname or "*" in value or "@" in value or value != value.lower():
        raise InvalidValue("must be exact origins, in lower case and without wildcards")
    if parts.port == {"http": 80, "https": 443}[parts.scheme]:
        raise InvalidValue("must not name a default port: browsers leave it out")
    return value


def _require_postgres_url(value: SecretStr) -> SecretStr:
    parts = _split_url(value.get_secret_value())
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname:
        raise InvalidValue("must be a postgresql:// URL")
    if not parts.username or parts.path in ("", "/"):
        raise InvalidValue("must name a user and a database")
    return value


def _split_list(value: object) -> object:
    return tuple(item.strip() for item in value.split(",")) if isinstance(value, str) else value


HttpUrl = Annotated[str, AfterValidator(_require_http_url)]
Origin = Annotated[str, AfterValidator(_require_origin)]


# What the smallest of the models in use can read at once; question, passages and answer share it.
DEFAULT_CONTEXT_TOKENS: Final = 8_192


@dataclass(frozen=True, slots=True)
class OpenAISettings:
    """Where the `openai` agent generates; a local endpoint may need no key."""

    base_url: str
    api_key: SecretStr | None
    model: str
    context_tokens: int = DEFAULT_CONTEXT_TOKENS


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """What one user may ask: `turns` in `seconds`, and `active` at a time."""

    turns: int = 120
    seconds: int = 60
    active: int = 20


_TURNS: Final = TurnLimits()


def _parse_rate(value: object) -> object:
    """`120/1m`: a number and a time span of seconds, minutes or hours."""
    parsed = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,3})([smh])", value) if isinstance(value, str) else None
    if parsed is None:
        raise InvalidValue("must be a number and a time span, like 120/1m")
    return int(parsed[1]), int(parsed[2]) * {"s": 1, "m": 60, "h": 3600}[parsed[3]]


class Settings(BaseModel):
    """All variables that rag-api reads; the alias is the variable's name."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: Annotated[SecretStr, AfterValidator(_require_postgres_url)] = Field(
        alias="RAG_API_DATABASE_URL"
    )
    database_pool_size: int = Field(10, ge=1, le=100, alias="DATABASE_POOL_SIZE")
    host: str = Field("127.0.0.1", alias="RAG_API_HOST")
    port: int = Field(8000, ge=1, le=65535, alias="RAG_API_PORT")
    gateway_url: HttpUrl = Field("http://localhost:3000", alias="GATEWAY_URL")
    jwks_url_override: HttpUrl | None = Field(None, alias="JWKS_URL")
    token_audience: str = Field("rag-api", pattern=r"^[A-Za-z0-9._~:/-]{1,128}$", alias="TOKEN_AUDIENCE")
    frontend_origins: Annotated[tuple[Origin, ...], BeforeValidator(_split_list)] = Field(
        ("http://localhost:5173",), alias="FRONTEND_ORIGINS"
    )
    agent: Literal["extractive", "openai"] = Field("extractive", alias="AGENT")
    openai_base_url: HttpUrl | None = Field(None, alias="OPENAI_BASE_URL")
    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    openai_model: str | None = Field(None, max_length=200, alias="OPENAI_MODEL")
    openai_context_tokens: int = Field(
        DEFAULT_CONTEXT_TOKENS, ge=1_024, le=10_000_000, alias="OPENAI_CONTEXT_TOKENS"
    )
    chat_limit_turns: Annotated[tuple[int, int], BeforeValidator(_parse_rate)] = Field(
        (_TURNS.turns, _TURNS.seconds), alias="CHAT_LIMIT_TURNS"
    )
    chat_limit_active: int = Field(_TURNS.active, ge=1, le=100_000, alias="CHAT_LIMIT_ACTIVE")
    retention_min_days: int = Field(1, ge=1, le=MAX_DAYS, alias="RETENTION_MIN_DAYS")
    retention_max_days: int | None = Field(None, ge=1, le=MAX_DAYS, alias="RETENTION_MAX_DAYS")
    retention_default_days: int | None = Field(None, ge=1, le=MAX_DAYS, alias="RETENTION_DEFAULT_DAYS")
    retention_purge_interval: Span = Field(3600, alias="RETENTION_PURGE_INTERVAL")
    retention_pinned_exempt: Switch = Field(True, alias="RETENTION_PINNED_EXEMPT")
    trash_days: int = Field(0, ge=0, le=365, alias="TRASH_DAYS")
    otlp_endpoint: HttpUrl | None = Field(None, alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    metrics_port: int | None = Field(None, ge=1, le=65535, alias="RAG_API_METRICS_PORT")
    log_level: Literal["debug", "info", "warn", "error"] = Field("info", alias="LOG_LEVEL")

    @property
    def jwks_url(self) -> str:
        """Where the gateway publishes its keys."""
        return self.jwks_url_override or f"{self.gateway_url}/.well-known/jwks.json"

    @property
    def browser_origins(self) -> tuple[str, ...]:
        """Whose pages may call: the frontends, and the web client that the gateway serves."""
        return tuple(dict.fromkeys((*self.frontend_origins, self.gateway_url)))

    @property
    def turn_limits(self) -> TurnLimits:
        """What one user may ask."""
        return TurnLimits(*self.chat_limit_turns, self.chat_limit_active)

    @property
    def retention(self) -> RetentionPolicy:
        """How long conversations are kept."""
        return RetentionPolicy(
            self.retention_min_days,
            self.retention_max_days,
            self.retention_default_days,
            self.retention_pinned_exempt,
            self.trash_days,
            self.retention_purge_interval,
        )

    @property
    def openai(self) -> OpenAISettings | None:
        """The model endpoint, when `AGENT=openai` chose it."""
        if self.agent != "openai" or self.openai_base_url is None or self.openai_model is None:
            return None
        return OpenAISettings(
            self.openai_base_url, self.openai_api_key, self.openai_model, self.openai_context_tokens
        )


class ConfigError(Exception):
    """The configuration is unusable; one line a bad variable, never a value."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{name}: {fault}" for name, fault in faults.items()))
        self.faults = faults


def _find_contradictions(variables: Mapping[str, str]) -> dict[str, str]:
    if variables.get("AGENT") != "openai":
        return {}
    needed = ("OPENAI_BASE_URL", "OPENAI_MODEL")
    return {name: "is required with AGENT=openai" for name in needed if name not in variables}


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Parses the environment; an empty variable counts as unset. Raises ConfigError naming every bad one."""
    variables = {name: value for name, value in environment.items() if value.strip()}
    faults = _find_contradictions(variables)
    try:
        settings = Settings.model_validate(variables)
    except ValidationError as error:
        for finding in error.errors(include_url=False, include_input=False):
            faults.setdefault(
                str(finding["loc"][0]), describe_finding(finding["type"], finding.get("ctx", {}))
            )
        raise ConfigError(faults) from None
    faults |= settings.retention.find_contradictions()
    if faults:
        raise ConfigError(faults)
    return settings
