"""What the process holds open; the lifespan fills it, the dependencies hand it out."""

from dataclasses import dataclass

from rag_api.auth.jwks import Jwks
from rag_api.auth.verifier import TokenVerifier
from rag_api.chat.service import ChatService
from rag_api.clock import Clock
from rag_api.config import Settings
from rag_api.db.database import Database
from rag_api.documents.reader import DocumentReader
from rag_api.retention.purger import Purger
from rag_api.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Resources:
    """All of them."""

    settings: Settings
    clock: Clock
    database: Database
    jwks: Jwks
    verifier: TokenVerifier
    chat: ChatService
    document_reader: DocumentReader
    purger: Purger
    transfers: Transfers
