"""Feedback on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from rag_api.examples import with_example
from rag_api.wire import Text, WireModel, WireRequest

Rating = Literal["up", "down"]


class Feedback(WireModel):
    """What you said of a message."""

    model_config = with_example({"rating": "up", "comment": "Just what I looked for."})

    rating: Rating
    comment: str | None


class GiveFeedback(WireRequest):
    """It replaces what you said before, the comment too."""

    model_config = with_example({"rating": "up", "comment": "Just what I looked for."})

    rating: Rating
    comment: Annotated[Text, Field(min_length=1, max_length=4000)] | None = None
