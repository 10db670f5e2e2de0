"""The Chat Completion that the OpenAPI document shows; a test holds it to what a question brings."""

from typing import Final

from pydantic.config import JsonDict

from rag_api.messages.schemas import SOURCE_EXAMPLE

COMPLETION: Final[JsonDict] = {
    "id": "chatcmpl-019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a",
    "object": "chat.completion",
    "created": 1769860805,
    "model": "small",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "By hand [1].",
                "refusal": None,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "url": "https://example.com/keys",
                            "title": "Keys",
                            "start_index": 8,
                            "end_index": 11,
                        },
                    }
                ],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 412, "completion_tokens": 6, "total_tokens": 418},
    "rag": {
        "conversationId": "my-chat",
        "messageId": "019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a",
        "runId": "019c13ec-b189-7c44-9e02-7a8b9c0d1e2f",
        "status": "complete",
        "usageEstimated": False,
        "sources": [SOURCE_EXAMPLE],
    },
}
