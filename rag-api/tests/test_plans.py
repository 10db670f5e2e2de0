"""What a page and a search read of a long history, also after PostgreSQL has come to know the statements."""

import psycopg
import pytest

from harness.database import ClonedDatabase, Person

MESSAGES = 6_000
# PostgreSQL thinks about a plan for all parameters from the sixth execution on a connection.
EXECUTIONS = 8

PAGE = """
    select * from rag.list_messages(%(user)s, %(session)s, 'long', 20, '2026-01-01T00:50:00Z',
                                    'ffffffff-ffff-ffff-ffff-ffffffffffff', true)
"""
BRANCH = "select * from rag.list_messages(%(user)s, %(session)s, 'long', 20, null, null, false)"
SEARCH = """
    select * from rag.search(%(user)s, %(session)s, 'rareword', 20, null, null, null, null, null,
                             null, null, null, null, null)
"""
# Rows of the table that this transaction has read, by whatever plan.
READ = """
    select pg_stat_get_xact_tuples_fetched('rag.message'::regclass)
         + pg_stat_get_xact_tuples_returned('rag.message'::regclass)
"""


def write_history(database: ClonedDatabase, person: Person) -> None:
    """One conversation; every five hundredth message has a word that the others lack."""
    database.as_owner(
        person,
        "insert into rag.conversation (user_id, id, title, title_source) values (%s, 'long', 'Long', 'user')",
        (person.user_id,),
    )
    database.as_owner(
        person,
        """
        insert into rag.message
            (user_id, id, parent_id, conversation_id, client_message_id, role, status, text, created_at)
          select %s, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
                 case when n > 1 then ('00000000-0000-7000-8000-' || lpad((n - 1)::text, 12, '0'))::uuid end,
                 'long', 'm' || n, 'user', 'complete',
                 case when n %% 500 = 0 then 'a rareword here' else 'a usual word' end,
                 '2026-01-01Z'::timestamptz + n * interval '1 second'
            from generate_series(1, %s) n
        """,
        (person.user_id, MESSAGES),
    )
    database.as_owner(
        person,
        "update rag.conversation c set head_message_id = m.id"
        " from rag.message m where m.client_message_id = %s",
        (f"m{MESSAGES}",),
    )
    database.as_migrator("analyze rag.message")


@pytest.mark.parametrize(
    ("statement", "found", "most"),
    [
        (PAGE, 20, 200),
        (BRANCH, 20, 200),
        # The newest 2,000 are looked through for a common word; after that the index is asked.
        (SEARCH, MESSAGES // 500, 2_200),
    ],
)
def test_it_reads_no_more_than_it_needs(
    statement: str, found: int, most: int, database: ClonedDatabase, alice: Person
) -> None:
    write_history(database, alice)
    parameters = {"user": alice.user_id, "session": alice.session_id}
    with psycopg.connect(database.rag_api_url, prepare_threshold=None) as connection:
        for execution in range(EXECUTIONS):
            rows = connection.execute(statement.encode(), parameters).fetchall()
            read = connection.execute(READ).fetchone()
            connection.commit()
            assert len(rows) == found
            assert read is not None
            assert read[0] <= most, execution
