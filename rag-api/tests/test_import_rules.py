"""Who may import whom, read from the syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
PACKAGE = "rag_api"


def _name_module(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name_module(path): path for path in sorted((SOURCE / PACKAGE).rglob("*.py"))}


# What `python -m` starts.
ENTRIES = {"rag_api.__main__", "rag_api.documents.ingest", "rag_api.retention.purge_command"}


def _walk_imports(module: str) -> Iterator[str]:
    """Full names that a module imports, those for type checking and inside functions too."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            base = node.module or ""
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                yield submodule if submodule in MODULES else base


IMPORTS = {module: set(_walk_imports(module)) for module in MODULES}


def _importers(*libraries: str) -> set[str]:
    return {
        module
        for module, imports in IMPORTS.items()
        if any(name.partition(".")[0] in libraries for name in imports)
    }


def _layer(module: str) -> str:
    return module.rpartition(".")[2]


def test_one_module_knows_python_jose() -> None:
    assert _importers("jose") == {"rag_api.auth.jose_signature"}


def test_only_queries_and_db_know_psycopg() -> None:
    strangers = {
        module
        for module in _importers("psycopg", "psycopg_pool")
        if not module.startswith("rag_api.db.") and _layer(module) != "queries"
    }
    assert strangers == set()


def test_web_frameworks_stay_at_the_edge() -> None:
    inner = {"service", "queries", "models"}
    assert {
        module for module in _importers("fastapi", "starlette", "uvicorn") if _layer(module) in inner
    } == set()
    assert {
        module for module in _importers("fastapi", "starlette") if module.startswith("rag_api.db")
    } == set()
    assert {
        module for module in _importers("fastapi", "starlette") if module.startswith("rag_api.auth")
    } == set()


def test_pydantic_stays_at_the_border() -> None:
    inner = {"service", "queries", "models"}
    assert {module for module in _importers("pydantic") if _layer(module) in inner} == set()


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("queries", {"service", "routes", "schemas"}),
        ("models", {"queries", "service", "routes", "schemas"}),
        ("schemas", {"queries", "service", "routes"}),
        ("service", {"routes", "schemas"}),
    ],
)
def test_imports_go_down_only(lower: str, upper: set[str]) -> None:
    climbing = [
        (module, name)
        for module, imports in IMPORTS.items()
        for name in imports
        if _layer(module) == lower and name.startswith(PACKAGE) and _layer(name) in upper
    ]
    assert climbing == []


def test_a_feature_uses_another_through_its_service() -> None:
    private = {"queries", "routes"}
    trespassers = [
        (module, name)
        for module, imports in IMPORTS.items()
        for name in imports
        if name in MODULES
        and _layer(name) in private
        and name.rpartition(".")[0] != module.rpartition(".")[0]
        and module != "rag_api.app"
    ]
    assert trespassers == []


def test_the_database_knows_no_feature() -> None:
    allowed = {"rag_api.db", "rag_api.errors", "rag_api.log"}
    for module, imports in IMPORTS.items():
        if module.startswith("rag_api.db"):
            own = {name for name in imports if name.startswith(PACKAGE)}
            assert all(name in allowed or name.startswith("rag_api.db.") for name in own), module


def test_only_the_entry_reads_the_environment() -> None:
    assert _importers("os") <= ENTRIES
    assert "rag_api.app" not in set().union(
        *(imports for module, imports in IMPORTS.items() if module != "rag_api.__main__")
    )


def test_there_are_no_cycles() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path[path.index(module) :], module))
        if module in done:
            return
        for name in IMPORTS[module]:
            if name in MODULES and name != PACKAGE:
                visit(name, (*path, module))
        done.add(module)

    for module in MODULES:
        visit(module, ())


def test_every_module_says_what_it_is() -> None:
    silent = [
        module for module, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
