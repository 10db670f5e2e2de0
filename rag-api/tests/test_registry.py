"""The tables that other files also hold: errors, constraints, schema version."""

import json
import re
from pathlib import Path
from typing import get_args

from rag_api.agents.port import AgentErrorCode
from rag_api.db.errors import CONSTRAINT_CODES
from rag_api.db.version import SCHEMA_VERSION
from rag_api.errors import ERRORS, find_code

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted((ROOT / "migrations").glob("*.sql"))


def test_the_registry_is_part_of_the_shared_one() -> None:
    shared = json.loads((ROOT / "shared-schema" / "errors.json").read_text())
    assert {code: spec._asdict() for code, spec in ERRORS.items()} == {code: shared[code] for code in ERRORS}


def test_the_ends_of_runs_are_registered() -> None:
    assert set(get_args(AgentErrorCode)) | {"interrupted"} <= ERRORS.keys()


def test_the_database_raises_registered_codes_only() -> None:
    shared = json.loads((ROOT / "shared-schema" / "errors.json").read_text())
    text = "\n".join(path.read_text() for path in MIGRATIONS)
    # What the functions of schema `auth` raise is the gateway's to tell.
    for message, status in re.findall(r"raise exception '(\w+)' using errcode = 'RG(\d{3})'", text):
        assert shared[message]["status"] == int(status)
    text = "\n".join(re.findall(r"create (?:or replace )?function rag\..*?end \$\$;", text, re.DOTALL))
    raised = re.findall(r"raise exception '(\w+)' using errcode = 'RG(\d{3})'", text)
    assert raised
    for message, status in raised:
        code = find_code(message)
        assert code is not None, message
        assert ERRORS[code].status == int(status)


def test_every_mapped_constraint_exists() -> None:
    text = "\n".join(path.read_text() for path in MIGRATIONS)
    assert [name for name in CONSTRAINT_CODES if f'"{name}"' not in text] == []


def test_the_schema_version_is_the_newest_migration() -> None:
    assert MIGRATIONS[-1].stem == SCHEMA_VERSION
