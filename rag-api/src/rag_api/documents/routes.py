"""The routes of documents: users and machine clients read, machine clients write."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from rag_api.auth.principal import AnyPrincipal, MachinePrincipal
from rag_api.dependencies import CurrentDatabase, MachineRoute, get_any_principal, get_resources
from rag_api.documents import queries, service
from rag_api.documents.files import MEDIA_TYPES
from rag_api.documents.models import Upload
from rag_api.documents.reader import DocumentReader
from rag_api.documents.schemas import Document, DocumentPage, DocumentTitle, StoredDocument, Uri, WebAddress
from rag_api.errors import DomainError
from rag_api.openapi import declare_problems

router = APIRouter(prefix="/v1/documents", tags=["documents"], route_class=MachineRoute)

WRITE_SCOPE: Final = "documents:write"
READ_SCOPES: Final = frozenset({"documents:read", WRITE_SCOPE})
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file itself; its Content-Type says what it is.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in sorted(set(MEDIA_TYPES.values()))
        },
    }
}
_READ_PROBLEMS: Final = declare_problems("insufficient_scope", "not_found")
_WRITE_PROBLEMS: Final = declare_problems(
    "insufficient_scope",
    "invalid_request",
    "not_found",
    "payload_too_large",
    "unreadable_document",
    "unsupported_media_type",
)


async def _require_reader(principal: Annotated[AnyPrincipal, Depends(get_any_principal)]) -> AnyPrincipal:
    if isinstance(principal, MachinePrincipal) and not principal.scopes & READ_SCOPES:
        raise DomainError("insufficient_scope")
    return principal


async def _require_writer(principal: Annotated[AnyPrincipal, Depends(get_any_principal)]) -> MachinePrincipal:
    if not isinstance(principal, MachinePrincipal) or WRITE_SCOPE not in principal.scopes:
        raise DomainError("insufficient_scope")
    return principal


async def _get_reader(request: Request) -> DocumentReader:
    return get_resources(request).document_reader


Reader = Annotated[AnyPrincipal, Depends(_require_reader)]
Writer = Annotated[MachinePrincipal, Depends(_require_writer)]
Files = Annotated[DocumentReader, Depends(_get_reader)]


async def _read_upload(
    request: Request,
    _: Writer,
    title: Annotated[DocumentTitle | None, Query()] = None,
    url: Annotated[WebAddress | None, Query()] = None,
) -> Upload:
    """After the scope is checked: 20 MiB are not read for somebody who may not write."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES.values():
        raise DomainError("unsupported_media_type", "Send Markdown, plain text, HTML or PDF.")
    try:
        return Upload(media_type, await request.body(), title, url)
    except ClientDisconnect:
        raise DomainError("invalid_request", "The body broke off.") from None


CurrentUpload = Annotated[Upload, Depends(_read_upload)]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=_WRITE_PROBLEMS | {200: {"model": StoredDocument, "description": "It was there already"}},
    openapi_extra=_BODY,
)
async def put_document(
    uri: Annotated[Uri, Query(description="The document's name; a repeat replaces its content.")],
    writer: Writer,
    upload: CurrentUpload,
    files: Files,
    database: CurrentDatabase,
    response: Response,
) -> StoredDocument:
    """Uploads a document under a `uri`. Sent again it stays as it is, with another content it is replaced."""
    row = await service.store_upload(database, files, writer, upload, uri)
    if row.change != "created":
        response.status_code = status.HTTP_200_OK
    return StoredDocument.model_validate(row)


@router.get("", responses=declare_problems("insufficient_scope", "invalid_cursor"))
async def list_documents(
    reader: Reader,
    database: CurrentDatabase,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> DocumentPage:
    """Lists the corpus, newest documents first."""
    rows, next_cursor = await service.list_page(database, reader, limit, cursor)
    return DocumentPage.model_validate({"items": rows, "next_cursor": next_cursor})


@router.get("/{id}", responses=_READ_PROBLEMS)
async def get_document(id: UUID, reader: Reader, database: CurrentDatabase) -> Document:
    """Gives one document, without its content."""
    return Document.model_validate(await queries.get_document(database, reader, id))


@router.put("/{id}", responses=_WRITE_PROBLEMS, openapi_extra=_BODY)
async def replace_document(
    id: UUID, writer: Writer, upload: CurrentUpload, files: Files, database: CurrentDatabase
) -> StoredDocument:
    """Replaces a document's content, title and url; its id and `uri` stay."""
    row = await service.store_upload(database, files, writer, upload, None, id)
    return StoredDocument.model_validate(row)


@router.delete("/{id}", status_code=status.HTTP_204_NO_CONTENT, responses=_READ_PROBLEMS)
async def delete_document(id: UUID, writer: Writer, database: CurrentDatabase) -> None:
    """Deletes a document and its passages. Answers that quoted it keep their quotations."""
    await queries.delete_document(database, writer, id)
