"""The routes of retention: a user's choice with its preview, and passes of the purge for machines."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, status
from starlette.requests import Request

from rag_api.auth.principal import AnyPrincipal, MachinePrincipal
from rag_api.dependencies import (
    AuthenticatedRoute,
    CurrentDatabase,
    CurrentPolicy,
    CurrentPrincipal,
    MachineRoute,
    get_any_principal,
    get_resources,
)
from rag_api.errors import DomainError
from rag_api.openapi import declare_problems
from rag_api.retention import queries, service
from rag_api.retention.bounds import require_days
from rag_api.retention.models import RetentionRow
from rag_api.retention.policy import RetentionPolicy
from rag_api.retention.schemas import Retention, RetentionChoice, RetentionPreview, RetentionRun

router = APIRouter(prefix="/v1/me/retention", tags=["privacy"], route_class=AuthenticatedRoute)
machine_router = APIRouter(prefix="/v1/retention/runs", tags=["privacy"], route_class=MachineRoute)

RUN_SCOPE: Final = "retention:run"


def _render(policy: RetentionPolicy, row: RetentionRow) -> Retention:
    days, source = service.decide(policy, row)
    return Retention(
        days=days,
        source=source,
        min_days=policy.min_days,
        max_days=policy.max_days,
        default_days=policy.default_days,
        pinned_exempt=policy.pinned_exempt,
        purge_interval_seconds=policy.interval_seconds,
        trash_days=policy.trash_days,
        next_purge_at=row.next_purge_at,
    )


@router.get("", responses=declare_problems())
async def get_retention(
    principal: CurrentPrincipal, database: CurrentDatabase, policy: CurrentPolicy
) -> Retention:
    """Tells how long your conversations are kept after their last turn, and what you may choose."""
    return _render(policy, await queries.get_retention(database, principal))


@router.put("", responses=declare_problems("invalid_request", "payload_too_large"))
async def put_retention(
    wanted: RetentionChoice, principal: CurrentPrincipal, database: CurrentDatabase, policy: CurrentPolicy
) -> Retention:
    """Chooses how long they are kept; null goes back to the operator's default. See the preview first."""
    require_days(policy, wanted.days, "days")
    return _render(policy, await service.choose(database, principal, wanted.days))


@router.post("/preview", responses=declare_problems("invalid_request", "payload_too_large"))
async def preview_retention(
    wanted: RetentionChoice, principal: CurrentPrincipal, database: CurrentDatabase, policy: CurrentPolicy
) -> RetentionPreview:
    """Counts what the purge would delete under this choice, and changes nothing.

    A purge that judges by `asOf` deletes exactly these, but for what is touched in between.
    """
    require_days(policy, wanted.days, "days")
    row = await queries.preview_retention(database, principal, policy, wanted.days)
    return RetentionPreview.model_validate(row)


async def _require_runner(principal: Annotated[AnyPrincipal, Depends(get_any_principal)]) -> MachinePrincipal:
    if not isinstance(principal, MachinePrincipal) or RUN_SCOPE not in principal.scopes:
        raise DomainError("insufficient_scope")
    return principal


Runner = Annotated[MachinePrincipal, Depends(_require_runner)]


@machine_router.post(
    "", status_code=status.HTTP_202_ACCEPTED, responses=declare_problems("insufficient_scope")
)
async def start_run(request: Request, runner: Runner, database: CurrentDatabase) -> RetentionRun:
    """Lets a pass of the purge begin now, unless one is under way. Machine clients only, `retention:run`."""
    row = await queries.ask_for_purge(database, runner, now=True)
    get_resources(request).purger.wake()
    return RetentionRun.model_validate(row)


@machine_router.get("/latest", responses=declare_problems("insufficient_scope"))
async def get_latest_run(runner: Runner, database: CurrentDatabase) -> RetentionRun:
    """Tells how the pass that is under way stands, or how the last one ended."""
    return RetentionRun.model_validate(await queries.ask_for_purge(database, runner, now=False))
