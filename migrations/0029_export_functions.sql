-- Export of all that is held about a user in rag, page by page, and its import into another account.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- What is held besides conversations. The answers to requests with a key are kept for a day.
create function rag.export_account(p_user uuid, p_session uuid) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return jsonb_build_object(
    'preferences', jsonb_build_object(
      'retentionDays', (select r.days from rag.retention_preference r where r.user_id = p_user)),
    'technical', jsonb_build_object(
      'allowanceRegainedAt', (select a.regained_at from rag.turn_allowance a where a.user_id = p_user),
      'idempotencyKeys', (
        select coalesce(jsonb_agg(jsonb_build_object('key', k.key, 'answer', k.answer, 'expiresAt', k.expires_at)
                                  order by k.key), '[]')
          from rag.idempotency_key k where k.user_id = p_user)));
end $$;

-- By id. With p_branches each has the messages of the branch that is shown.
create function rag.export_conversations(
  p_user uuid, p_session uuid, p_after_id text, p_limit int, p_branches boolean
) returns table (
  id text, title text, title_source text, archived boolean, pinned boolean, agent text, metadata jsonb,
  head_message_id uuid, retention_days int, deleted_at timestamptz, restored_at timestamptz, created_at timestamptz,
  updated_at timestamptz, branch uuid[]
)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    select c.id, c.title, c.title_source, c.archived, c.pinned, c.agent, c.metadata, c.head_message_id,
           c.retention_days, c.deleted_at, c.restored_at, c.created_at, c.updated_at,
           case when p_branches then array(
             select b.message_id from rag.list_branch(p_user, c.id, c.head_message_id, 1000000) b) end
      from rag.conversation c
      where c.user_id = p_user and c.id > p_after_id and c.deleted_at is distinct from '-infinity'
      order by c.id limit p_limit;
end $$;

-- The messages of the conversations behind p_after_conversation up to p_to, by id: ids are UUIDv7, so that is how they
-- came to be.
create function rag.export_messages(
  p_user uuid, p_session uuid, p_after_conversation text, p_after_id uuid, p_to text, p_limit int
) returns table (
  id uuid, conversation_id text, client_message_id text, revision int, parent_id uuid, role text, status text,
  text text, sources jsonb, agent jsonb, error_code text, created_at timestamptz, updated_at timestamptz,
  rating text, comment text, rated_at timestamptz, rating_updated_at timestamptz,
  run_id uuid, run_created_at timestamptz, run_finished_at timestamptz
)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    select m.id, m.conversation_id, m.client_message_id, m.revision, m.parent_id, m.role, m.status, m.text, m.sources,
           m.agent, m.error_code, m.created_at, m.updated_at, f.rating, f.comment, f.created_at, f.updated_at,
           r.id, r.created_at, r.finished_at
      from (
        select o.* from rag.message o
          where o.user_id = p_user and (o.conversation_id, o.id) > (p_after_conversation, p_after_id)
            and o.conversation_id <= p_to
          order by o.conversation_id, o.id limit p_limit
      ) m
      left join rag.feedback f on f.user_id = p_user and f.message_id = m.id
      left join lateral (
        select n.id, n.created_at, n.finished_at from rag.run n
          where n.user_id = p_user and n.conversation_id = m.conversation_id and n.assistant_message_id = m.id
          order by n.created_at desc limit 1
      ) r on m.role = 'assistant'
      order by m.conversation_id, m.id;
end $$;

drop function rag.import_conversations(uuid, uuid, jsonb, jsonb, jsonb, text, text);

-- No time of an import lies in the future: a conversation would stay at the top of the list for good. Of preferences,
-- only one that the account does not have yet is taken over.
create function rag.import_conversations(
  p_user uuid, p_session uuid, p_conversations jsonb, p_messages jsonb, p_answer jsonb, p_key text, p_fingerprint text,
  p_retention_days int
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_answer jsonb;
  v_now constant timestamptz := clock_timestamp();
begin
  perform rag.enter(p_user, p_session);
  v_answer := rag.claim_idempotency_key(p_user, p_key, p_fingerprint);
  if v_answer is not null then
    return v_answer;
  end if;
  insert into rag.conversation (user_id, id, title, title_source, archived, pinned, metadata, head_message_id,
                                retention_days, deleted_at, restored_at, created_at, updated_at)
    select p_user, c.id, c.title, c.title_source, c.archived, c.pinned, c.metadata, c.head_message_id,
           c.retention_days, case when c.deleted_at is not null then least(c.deleted_at, v_now) end,
           case when c.restored_at is not null then least(c.restored_at, v_now) end,
           least(c.created_at, v_now), least(c.updated_at, v_now)
      from jsonb_to_recordset(p_conversations) c(
        id text, title text, title_source text, archived boolean, pinned boolean, metadata jsonb, head_message_id uuid,
        retention_days int, deleted_at timestamptz, restored_at timestamptz, created_at timestamptz,
        updated_at timestamptz);
  insert into rag.message (user_id, id, conversation_id, client_message_id, revision, parent_id, role, status, text,
                           sources, agent, error_code, created_at, updated_at)
    select p_user, m.id, m.conversation_id, m.client_message_id, m.revision, m.parent_id, m.role, m.status,
           m.text, m.sources, m.agent, m.error_code, least(m.created_at, v_now), least(m.updated_at, v_now)
      from jsonb_to_recordset(p_messages) m(
        id uuid, conversation_id text, client_message_id text, revision int, parent_id uuid, role text, status text,
        text text, sources jsonb, agent jsonb, error_code text, created_at timestamptz, updated_at timestamptz);
  insert into rag.run (user_id, id, conversation_id, user_message_id, assistant_message_id, session_id, status, lease,
                       lease_expires_at, created_at, finished_at)
    select p_user, m.run_id, m.conversation_id, m.parent_id, m.id, p_session, m.status, m.run_id, v_now,
           least(m.run_created_at, v_now), least(m.run_finished_at, v_now)
      from jsonb_to_recordset(p_messages) m(
        id uuid, conversation_id text, parent_id uuid, status text, run_id uuid, run_created_at timestamptz,
        run_finished_at timestamptz)
      where m.run_id is not null;
  insert into rag.feedback (user_id, message_id, rating, comment, created_at, updated_at)
    select p_user, m.id, m.rating, m.comment, least(m.rated_at, v_now), least(m.rating_updated_at, v_now)
      from jsonb_to_recordset(p_messages) m(
        id uuid, rating text, comment text, rated_at timestamptz, rating_updated_at timestamptz)
      where m.rating is not null;
  if p_retention_days is not null then
    insert into rag.retention_preference (user_id, days) values (p_user, p_retention_days) on conflict do nothing;
  end if;
  perform rag.keep_answer(p_user, p_key, p_answer);
  return p_answer;
end $$;

grant execute on function
  rag.export_account(uuid, uuid),
  rag.export_conversations(uuid, uuid, text, int, boolean),
  rag.export_messages(uuid, uuid, text, uuid, text, int),
  rag.import_conversations(uuid, uuid, jsonb, jsonb, jsonb, text, text, int)
to rag_api;
