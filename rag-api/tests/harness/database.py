"""A private copy of the migrated template, and the people who live in it."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

from rag_api.ids import new_id


@dataclass(frozen=True)
class Person:
    """A user with a live session."""

    user_id: UUID
    session_id: UUID


def _require_url(name: str) -> str:
    url = os.environ.get(name)
    if url is None:
        raise RuntimeError(
            f"{name} is not set: run `make test`, or"
            " node --import tsx tools/test.ts -- rag-api/.venv/bin/pytest rag-api/tests"
        )
    return url


def with_database(url: str, name: str) -> str:
    """The same server and login, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def administer(statement: str) -> None:
    """Runs a statement as the migrator, outside the template and its copies."""
    url = with_database(_require_url("TEST_MIGRATOR_URL"), "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@dataclass(frozen=True)
class ClonedDatabase:
    """URLs of one copy, and shortcuts for what a test arranges and looks up in it."""

    name: str
    migrator_url: str
    rag_api_url: str

    def as_migrator(self, statement: str, parameters: tuple[Any, ...] = ()) -> None:
        """Runs a statement on the `auth` side, as the gateway's work would."""
        with psycopg.connect(self.migrator_url, autocommit=True) as connection:
            connection.execute(statement, parameters)

    def as_owner(
        self, person: Person, statement: str, parameters: tuple[Any, ...] = ()
    ) -> list[tuple[Any, ...]]:
        """Runs a statement as rag_api with row-level security set to this user; gives the rows, if any."""
        with psycopg.connect(self.rag_api_url) as connection:
            connection.execute("select set_config('app.user_id', %s, true)", (str(person.user_id),))
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def insert_as_owner(self, person: Person, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Runs an insertion for each row, as as_owner does."""
        with psycopg.connect(self.rag_api_url) as connection, connection.cursor() as cursor:
            cursor.execute("select set_config('app.user_id', %s, true)", (str(person.user_id),))
            cursor.executemany(statement, rows)

    def insert_person(self) -> Person:
        """A new user with a session of an hour."""
        person = Person(new_id(), new_id())
        self.as_migrator(
            'insert into auth."user" (id, name, email) values (%s, %s, %s)',
            (person.user_id, "Someone", f"{person.user_id}@example.com"),
        )
        return self.insert_session(person)

    def insert_session(self, person: Person) -> Person:
        """The same user, with another session of an hour."""
        signed_in = Person(person.user_id, new_id())
        self.as_migrator(
            "insert into auth.session (id, user_id, token, expires_at)"
            " values (%s, %s, %s, now() + interval '1 hour')",
            (signed_in.session_id, signed_in.user_id, str(signed_in.session_id)),
        )
        return signed_in

    def delete_session(self, person: Person) -> None:
        """What a sign-out does."""
        self.as_migrator("delete from auth.session where id = %s", (person.session_id,))

    def dump_rows(self, person: Person) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of a user, by table: equal before and after means that nothing was written."""
        with psycopg.connect(self.rag_api_url) as connection:
            connection.execute("select set_config('app.user_id', %s, true)", (str(person.user_id),))
            return {
                table: connection.execute(f"select * from rag.{table} order by id").fetchall()
                for table in ("conversation", "message", "run")
            }


@contextmanager
def clone_database() -> Iterator[ClonedDatabase]:
    """Clones the template for the duration of the block."""
    template = urlsplit(_require_url("TEST_MIGRATOR_URL")).path.removeprefix("/")
    name = f"t_{secrets.token_hex(8)}"
    administer(f"create database {name} template {template}")
    try:
        yield ClonedDatabase(
            name,
            with_database(_require_url("TEST_MIGRATOR_URL"), name),
            with_database(_require_url("TEST_RAG_API_URL"), name),
        )
    finally:
        administer(f"drop database if exists {name} with (force)")
