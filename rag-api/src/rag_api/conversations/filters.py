"""The query parameters by which conversations are chosen, for every route that lists or searches them."""

import re
from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import AwareDatetime, BeforeValidator, Field

from rag_api.conversations.models import ConversationFilter
from rag_api.validation import InvalidValue
from rag_api.wire import Text

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT")


def _require_date(value: object) -> object:
    # pydantic would also take a bare number, as seconds since 1970.
    if isinstance(value, str) and not _DATE.match(value):
        raise InvalidValue("must be a time of RFC 3339, as in 2026-01-31T12:00:00Z")
    return value


_Moment = Annotated[AwareDatetime, BeforeValidator(_require_date)]
_Pinned = Annotated[bool | None, Query(description="Only pinned ones, or only others.")]
_Agent = Annotated[
    Annotated[Text, Field(min_length=1, max_length=128)] | None,
    Query(description="Only those in which the agent of this name answered last."),
]
_After = Annotated[
    _Moment | None, Query(alias="updatedAfter", description="Only those whose last turn was then or later.")
]
_Before = Annotated[
    _Moment | None, Query(alias="updatedBefore", description="Only those whose last turn was earlier.")
]


def _read_list_filter(
    archived: bool = False,
    pinned: _Pinned = None,
    agent: _Agent = None,
    updated_after: _After = None,
    updated_before: _Before = None,
) -> ConversationFilter:
    return ConversationFilter(archived, pinned, agent, updated_after, updated_before)


def _read_search_filter(
    archived: Annotated[bool | None, Query(description="Without it, archived ones are searched too.")] = None,
    pinned: _Pinned = None,
    agent: _Agent = None,
    updated_after: _After = None,
    updated_before: _Before = None,
) -> ConversationFilter:
    return ConversationFilter(archived, pinned, agent, updated_after, updated_before)


ListFilter = Annotated[ConversationFilter, Depends(_read_list_filter)]
SearchFilter = Annotated[ConversationFilter, Depends(_read_search_filter)]
