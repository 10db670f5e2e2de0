"""The configuration: what it refuses, and that it names every bad variable."""

import subprocess
import sys

import pytest

from rag_api.config import ConfigError, Settings, load_settings

GOOD = {"RAG_API_DATABASE_URL": "postgresql://rag_api:secret@127.0.0.1:5432/app"}


def test_the_database_alone_is_enough() -> None:
    settings = load_settings(GOOD)
    assert settings.jwks_url == "http://localhost:3000/.well-known/jwks.json"
    assert settings.frontend_origins == ("http://localhost:5173",)
    assert settings.openai is None
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "bad"),
    [
        ({"RAG_API_DATABASE_URL": ""}, {"RAG_API_DATABASE_URL"}),
        ({"RAG_API_DATABASE_URL": "mysql://u:p@h/d"}, {"RAG_API_DATABASE_URL"}),
        ({"RAG_API_DATABASE_URL": "postgresql://h/d"}, {"RAG_API_DATABASE_URL"}),
        ({"RAG_API_DATABASE_URL": "postgresql://u:p@h:port/d"}, {"RAG_API_DATABASE_URL"}),
        ({"RAG_API_DATABASE_URL": "postgresql://u:p@h"}, {"RAG_API_DATABASE_URL"}),
        ({"DATABASE_POOL_SIZE": "0"}, {"DATABASE_POOL_SIZE"}),
        ({"DATABASE_POOL_SIZE": "many"}, {"DATABASE_POOL_SIZE"}),
        ({"RAG_API_PORT": "70000"}, {"RAG_API_PORT"}),
        ({"GATEWAY_URL": "localhost:3000"}, {"GATEWAY_URL"}),
        ({"GATEWAY_URL": "http://localhost:3000/"}, {"GATEWAY_URL"}),
        ({"GATEWAY_URL": "http://user@localhost"}, {"GATEWAY_URL"}),
        ({"JWKS_URL": "file:///etc/passwd"}, {"JWKS_URL"}),
        ({"TOKEN_AUDIENCE": "two words"}, {"TOKEN_AUDIENCE"}),
        ({"FRONTEND_ORIGINS": "*"}, {"FRONTEND_ORIGINS"}),
        ({"FRONTEND_ORIGINS": "https://*.example.com"}, {"FRONTEND_ORIGINS"}),
        ({"FRONTEND_ORIGINS": "https://a.example/"}, {"FRONTEND_ORIGINS"}),
        ({"FRONTEND_ORIGINS": "https://a.example/path"}, {"FRONTEND_ORIGINS"}),
        ({"FRONTEND_ORIGINS": "https://a.example,,https://b.example"}, {"FRONTEND_ORIGINS"}),
        ({"FRONTEND_ORIGINS": "https://A.example"}, {"FRONTEND_ORIGINS"}),
        ({"FRONTEND_ORIGINS": "https://a.example:443"}, {"FRONTEND_ORIGINS"}),
        ({"AGENT": "oracle"}, {"AGENT"}),
        ({"AGENT": "openai"}, {"OPENAI_BASE_URL", "OPENAI_MODEL"}),
        ({"AGENT": "openai", "OPENAI_MODEL": "m"}, {"OPENAI_BASE_URL"}),
        ({"AGENT": "openai", "OPENAI_MODEL": "m", "OPENAI_BASE_URL": "nowhere"}, {"OPENAI_BASE_URL"}),
        ({"LOG_LEVEL": "loud"}, {"LOG_LEVEL"}),
        (
            {"RAG_API_DATABASE_URL": "x", "AGENT": "openai", "RAG_API_PORT": "x", "FRONTEND_ORIGINS": "x"},
            {"RAG_API_DATABASE_URL", "OPENAI_BASE_URL", "OPENAI_MODEL", "RAG_API_PORT", "FRONTEND_ORIGINS"},
        ),
    ],
)
def test_every_bad_variable_is_named(variables: dict[str, str], bad: set[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings(GOOD | variables)
    assert set(refused.value.faults) == bad
    assert len(str(refused.value).splitlines()) == len(bad)


def test_a_faulty_value_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings({"RAG_API_DATABASE_URL": "postgres://only-a-password-like-secret"})
    assert "secret" not in str(refused.value)


def test_several_origins_and_an_agent() -> None:
    settings = load_settings(
        GOOD
        | {
            "FRONTEND_ORIGINS": "https://a.example, http://localhost:5173",
            "AGENT": "openai",
            "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1",
            "OPENAI_MODEL": "small",
        }
    )
    assert settings.frontend_origins == ("https://a.example", "http://localhost:5173")
    assert settings.openai is not None
    assert settings.openai.api_key is None


def test_every_variable_has_a_name() -> None:
    assert all(field.alias and field.alias.isupper() for field in Settings.model_fields.values())


def test_the_process_ends_at_once_naming_all() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "rag_api"],
        env={"AGENT": "openai", "RAG_API_PORT": "no"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert process.returncode == 1
    named = {line.partition(":")[0] for line in process.stderr.splitlines()}
    assert named == {"RAG_API_DATABASE_URL", "RAG_API_PORT", "OPENAI_BASE_URL", "OPENAI_MODEL"}
    assert process.stdout == ""
