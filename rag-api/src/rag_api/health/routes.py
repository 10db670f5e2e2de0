"""The probes."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from rag_api.dependencies import get_resources
from rag_api.examples import with_example
from rag_api.health.service import Check, check_readiness
from rag_api.openapi import declare_codes
from rag_api.problem_details import ProblemResponse, render_problem
from rag_api.wire import WireModel

router = APIRouter(tags=["health"])


class Readiness(WireModel):
    """The named checks, all `ok`."""

    model_config = with_example(
        {"status": "ready", "checks": {"database": "ok", "schema": "ok", "keys": "ok"}}
    )

    status: str
    checks: dict[str, Check]


_NOT_READY: Final[dict[int | str, dict[str, Any]]] = {
    503: declare_codes("unavailable")[503]
    | {"description": "Not ready; the problem's `checks` name what fails"}
}
_ALIVE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"example": {"status": "alive"}}}}
}


@router.get("/livez", responses=_ALIVE)
async def get_liveness() -> dict[str, str]:
    """Says that the process answers; it looks at nothing else."""
    return {"status": "alive"}


@router.get("/readyz", response_model=Readiness, responses=_NOT_READY)
async def get_readiness(request: Request) -> JSONResponse | ProblemResponse:
    """Says whether requests can be served: `database` reachable, `schema` migrated, token `keys` loaded."""
    resources = get_resources(request)
    checks = await check_readiness(resources.database, resources.jwks)
    if "failing" in checks.values():
        return render_problem(request, "unavailable", members={"checks": checks})
    return JSONResponse({"status": "ready", "checks": checks})
