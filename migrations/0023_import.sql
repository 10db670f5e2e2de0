-- Import of conversations: all of a request or nothing of it, under ids that the service has made.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- No time of an import lies in the future: a conversation would stay at the top of the list for good.
create function rag.import_conversations(
  p_user uuid, p_session uuid, p_conversations jsonb, p_messages jsonb, p_answer jsonb, p_key text, p_fingerprint text
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_answer jsonb;
begin
  perform rag.enter(p_user, p_session);
  v_answer := rag.claim_idempotency_key(p_user, p_key, p_fingerprint);
  if v_answer is not null then
    return v_answer;
  end if;
  insert into rag.conversation (user_id, id, title, title_source, archived, pinned, metadata, head_message_id,
                                created_at, updated_at)
    select p_user, c.id, c.title, c.title_source, c.archived, c.pinned, c.metadata, c.head_message_id,
           least(c.created_at, clock_timestamp()), least(c.updated_at, clock_timestamp())
      from jsonb_to_recordset(p_conversations) c(
        id text, title text, title_source text, archived boolean, pinned boolean, metadata jsonb, head_message_id uuid,
        created_at timestamptz, updated_at timestamptz);
  insert into rag.message (user_id, id, conversation_id, client_message_id, parent_id, role, status, text, sources,
                           agent, error_code, created_at, updated_at)
    select p_user, m.id, m.conversation_id, case m.role when 'user' then m.id::text end, m.parent_id, m.role, m.status,
           m.text, m.sources, m.agent, m.error_code, t.time, t.time
      from jsonb_to_recordset(p_messages) m(
        id uuid, conversation_id text, parent_id uuid, role text, status text, text text, sources jsonb, agent jsonb,
        error_code text, created_at timestamptz)
      cross join lateral (select least(m.created_at, clock_timestamp()) as time) t;
  perform rag.keep_answer(p_user, p_key, p_answer);
  return p_answer;
end $$;

grant execute on function rag.import_conversations(uuid, uuid, jsonb, jsonb, jsonb, text, text) to rag_api;
