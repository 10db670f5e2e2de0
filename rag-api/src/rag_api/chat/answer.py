"""The answer as it grows: what is streamed and what is stored are one and the same thing."""

from rag_api.agents.port import AgentEvent, Finish, FinishReason, Source, TextDelta, Usage
from rag_api.agents.tokens import estimate_tokens
from rag_api.chat.event_log import EventLog
from rag_api.chat.events import SourceJson, SourcesFound, TextAppended, UsageJson


class Answer:
    def __init__(self, log: EventLog, limit: int) -> None:
        self._log = log
        self._limit = limit
        self._pieces: list[str] = []
        self._length = 0
        self._usage: Usage | None = None
        self._announced = False
        self.sources: list[SourceJson] = []
        self.finish_reason: FinishReason | None = None

    @property
    def text(self) -> str:
        self._pieces = ["".join(self._pieces)]
        return self._pieces[0]

    @property
    def usage(self) -> UsageJson | None:
        if self._usage is None:
            return None
        counted = estimate_tokens(self.text) if self._usage.estimated else self._usage.output_tokens
        return {
            "inputTokens": self._usage.input_tokens,
            "outputTokens": counted,
            "estimated": self._usage.estimated,
        }

    @property
    def is_complete(self) -> bool:
        return self.finish_reason is not None

    def record(self, event: AgentEvent) -> None:
        """Raises RuntimeError when an agent breaks the order of its port: a reload could not show it."""
        match event:
            case Source():
                if self._announced:
                    raise RuntimeError("an agent found a source after its first words")
                self.sources.append(to_source_json(event))
            case Usage():
                self._usage = event
            case TextDelta():
                self.announce_sources()
                self._append(_storable(event.text))
            case Finish():
                self._usage = event.usage
                self.finish_reason = event.reason

    def announce_sources(self) -> None:
        if self.sources and not self._announced:
            self._log.append(SourcesFound(tuple(self.sources)))
        self._announced = True

    def _append(self, text: str) -> None:
        text = text[: self._limit - self._length]
        if text:
            self._pieces.append(text)
            self._length += len(text)
            self._log.append(TextAppended(text, self._length))
        if self._length == self._limit:
            self.finish_reason = "length"


def to_source_json(source: Source) -> SourceJson:
    json: SourceJson = {
        "id": source.id,
        "type": source.type,
        "title": source.title,
        "quote": source.quote,
        "score": round(source.score, 4),
        "documentId": str(source.document_id),
        "documentVersion": source.document_version,
        "mediaType": source.media_type,
        "uri": source.uri,
    }
    if source.url is not None:
        json["url"] = source.url
    if source.heading:
        json["heading"] = source.heading
    return json


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL, and UTF-8 no half of a surrogate pair, which a model's stream may hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
