"""Builds the application: middleware order and mounting, no I/O."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Final, TypedDict

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from rag_api.chat.routes import router as chat_router
from rag_api.clock import Clock
from rag_api.completions.routes import CONVERSATION_HEADER
from rag_api.completions.routes import router as completions_router
from rag_api.conditional import ConditionalGetMiddleware
from rag_api.config import Settings
from rag_api.conversations.routes import all_router as all_conversations_router
from rag_api.conversations.routes import router as conversations_router
from rag_api.db.pool import StartRefused
from rag_api.documents.files import MAX_FILE_BYTES
from rag_api.documents.routes import router as documents_router
from rag_api.errors import DomainError
from rag_api.export.routes import router as export_router
from rag_api.feedback.routes import router as feedback_router
from rag_api.health.routes import router as health_router
from rag_api.imports.files import MAX_ARCHIVE_BYTES
from rag_api.imports.routes import PATH as IMPORT_PATH
from rag_api.imports.routes import router as imports_router
from rag_api.lifespan import open_resources
from rag_api.log import logger
from rag_api.me.routes import router as me_router
from rag_api.messages.routes import router as messages_router
from rag_api.metrics import Metrics
from rag_api.middleware import (
    BodyLimitMiddleware,
    ErrorBoundaryMiddleware,
    RequestLogMiddleware,
    SecurityHeadersMiddleware,
)
from rag_api.openapi import install_openapi
from rag_api.problem_details import handle_exception
from rag_api.resources import Resources
from rag_api.retention.routes import machine_router as retention_runs_router
from rag_api.retention.routes import router as retention_router
from rag_api.search.routes import router as search_router
from rag_api.stalled_readers import StalledReaderMiddleware
from rag_api.tracing import Tracer

# Bytes. The AI SDK's transport posts the whole history with every turn.
BODY_LIMIT: Final = 4 * 1024 * 1024
_BODY_LIMITS: Final = {"/v1/documents": MAX_FILE_BYTES, IMPORT_PATH: MAX_ARCHIVE_BYTES}
_EXPOSED_HEADERS: Final = (
    "ETag",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "X-Request-Id",
    "X-Should-Retry",
    CONVERSATION_HEADER,
)


class _State(TypedDict):
    resources: Resources


def _build_middleware(settings: Settings, metrics: Metrics | None, tracer: Tracer | None) -> list[Middleware]:
    return [
        Middleware(RequestLogMiddleware, metrics=metrics, tracer=tracer),
        Middleware(StalledReaderMiddleware),
        Middleware(
            CORSMiddleware,
            allow_origins=settings.browser_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            # Stock clients send headers of their own (`x-stainless-*`); without cookies none is dangerous.
            allow_headers=("*",),
            expose_headers=_EXPOSED_HEADERS,
        ),
        Middleware(SecurityHeadersMiddleware),
        Middleware(ConditionalGetMiddleware),
        Middleware(ErrorBoundaryMiddleware),
        Middleware(BodyLimitMiddleware, limit=BODY_LIMIT, by_prefix=_BODY_LIMITS),
    ]


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The ASGI application; its lifespan opens what the settings name."""

    metrics = Metrics() if settings.metrics_port is not None else None
    tracer = Tracer(settings.otlp_endpoint) if settings.otlp_endpoint is not None else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[_State]:
        try:
            async with (
                tracer.export() if tracer is not None else nullcontext(),
                open_resources(settings, clock or Clock(), metrics) as resources,
            ):
                yield {"resources": resources}
        except StartRefused as refusal:
            logger.critical("%s", refusal)
            raise

    app = FastAPI(
        title="rag-api",
        version="0.1.0",
        description="Conversations and cited answers for users of the auth-gateway.",
        lifespan=lifespan,
        middleware=_build_middleware(settings, metrics, tracer),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for expected in (DomainError, RequestValidationError, HTTPException):
        app.add_exception_handler(expected, handle_exception)
    for router in (
        health_router,
        me_router,
        conversations_router,
        all_conversations_router,
        retention_router,
        export_router,
        retention_runs_router,
        imports_router,
        messages_router,
        search_router,
        feedback_router,
        chat_router,
        completions_router,
        documents_router,
    ):
        app.include_router(router)
    install_openapi(app)
    return app
