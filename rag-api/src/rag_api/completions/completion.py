"""The answer as it is known so far, in OpenAI's words."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rag_api.chat.events import RunEnded, RunEvent, RunStarted, SourceJson, SourcesFound, TextAppended
from rag_api.errors import ErrorCode, find_code

_MARK: Final = re.compile(r"\[(\d+)\]")
_FINISH_REASONS: Final = {
    "length": "length",
    "content-filter": "content_filter",
    "tool-calls": "tool_calls",
}

Json = dict[str, object]


@dataclass(slots=True)
class Completion:
    """What is known of the answer so far; `model` names what answers until the run itself says."""

    model: str
    started: RunStarted | None = None
    ended: RunEnded | None = None
    text: str = ""
    sources: Sequence[SourceJson] = field(default=())

    def record(self, event: RunEvent) -> None:
        match event:
            case RunStarted():
                self.started = event
            case SourcesFound():
                self.sources = event.sources
            case TextAppended():
                self.text += event.text
            case RunEnded():
                self.ended = event
                self.model = event.agent.get("model", event.agent["name"])

    @property
    def error_code(self) -> ErrorCode | None:
        """Why there is no whole answer; a user's own stop is a normal end."""
        if self.ended is None:
            return "interrupted"
        if self.ended.status == "complete" or (self.ended.status, self.ended.error_code) == ("stopped", None):
            return None
        return find_code(self.ended.error_code or self.ended.status) or "internal_error"

    @property
    def finish_reason(self) -> str:
        """In OpenAI's words, which have none for a user's stop."""
        reason = self.ended.agent.get("finishReason", "") if self.ended else ""
        return _FINISH_REASONS.get(reason, "stop")

    def identify(self) -> Json:
        """Where the answer is kept: members that are ours, beside OpenAI's."""
        if self.started is None:
            return {}
        return {
            "conversationId": self.started.conversation_id,
            "messageId": str(self.started.assistant_message_id),
            "runId": str(self.started.run_id),
        }

    def conclude(self) -> Json:
        """Our members at the end."""
        concluded: Json = self.identify()
        if self.ended is not None:
            concluded["status"] = self.ended.status
            if usage := self.ended.agent.get("usage"):
                concluded["usageEstimated"] = usage["estimated"]
        return concluded

    def envelope(self, kind: str) -> Json:
        """The members of every chunk, the same in a replay."""
        message_id = self.started.assistant_message_id if self.started else None
        return {
            "id": f"chatcmpl-{message_id}",
            "object": kind,
            # The first 48 bits of a UUIDv7 are its milliseconds.
            "created": (message_id.int >> 80) // 1000 if message_id else 0,
            "model": self.model,
        }

    def count_usage(self) -> Json:
        """OpenAI's names for the tokens."""
        usage = self.ended.agent.get("usage") if self.ended else None
        prompt, completion = (usage["inputTokens"], usage["outputTokens"]) if usage else (0, 0)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }

    def list_annotations(self) -> list[Json]:
        """A citation for each mark of a source on the web; positions count code points."""
        pages = {source["id"]: source for source in self.sources if "url" in source}
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "url": page["url"],
                    "title": page["title"],
                    "start_index": mark.start(),
                    "end_index": mark.end(),
                },
            }
            for mark in _MARK.finditer(self.text)
            if (page := pages.get(mark[1]))
        ]


async def collect_completion(events: AsyncIterator[RunEvent], model: str) -> Completion:
    """Waits for the end."""
    completion = Completion(model)
    async for event in events:
        completion.record(event)
    return completion
