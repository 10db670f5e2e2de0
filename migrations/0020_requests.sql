-- Requests that may be repeated (Idempotency-Key) or name a version (If-Match), and the reader's opinion of an answer.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

alter table rag.feedback force row level security;
alter table rag.idempotency_key force row level security;
grant select, insert, update, delete on rag.feedback, rag.idempotency_key to rag_api;
-- Locking a row asks for the right to update it.
grant select, update, delete on rag.idempotency_key to rag_system;

-- The answer that an equal request was given; null when there was none, and the key is then this transaction's,
-- which keeps its answer before it commits. An equal request at the same time waits here for that.
create function rag.claim_idempotency_key(p_user uuid, p_key text, p_fingerprint text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_known rag.idempotency_key;
begin
  if p_key is null then
    return null;
  end if;
  insert into rag.idempotency_key as k (user_id, key, fingerprint, expires_at)
    values (p_user, p_key, p_fingerprint, clock_timestamp() + interval '24 hours')
    on conflict (user_id, key) do update set fingerprint = excluded.fingerprint, answer = null,
        expires_at = excluded.expires_at
      where k.expires_at < clock_timestamp();
  if found then
    return null;
  end if;
  select k.* into v_known from rag.idempotency_key k where k.user_id = p_user and k.key = p_key;
  if v_known.fingerprint is distinct from p_fingerprint then
    raise exception 'idempotency_key_reused' using errcode = 'RG422';
  end if;
  return v_known.answer;
end $$;

create function rag.keep_answer(p_user uuid, p_key text, p_answer jsonb) returns void
language sql set search_path = '' as $$
  update rag.idempotency_key k set answer = p_answer where k.user_id = p_user and k.key = p_key
$$;

drop function rag.create_conversation(uuid, uuid, text, text, jsonb);

create function rag.create_conversation(
  p_user uuid, p_session uuid, p_id text, p_title text, p_metadata jsonb,
  p_key text default null, p_fingerprint text default null
) returns table (conversation rag.conversation, created boolean)
language plpgsql set search_path = '' as $$
declare
  v_answer jsonb;
  v_conversation rag.conversation;
  v_created boolean;
begin
  perform rag.enter(p_user, p_session);
  v_answer := rag.claim_idempotency_key(p_user, p_key, p_fingerprint);
  if v_answer is not null then
    return query select jsonb_populate_record(null::rag.conversation, v_answer -> 'conversation'),
      (v_answer ->> 'created')::boolean;
    return;
  end if;
  insert into rag.conversation as c (user_id, id, title, title_source, metadata)
    values (p_user, p_id, coalesce(p_title, ''), case when p_title is null then 'auto' else 'user' end, p_metadata)
    on conflict do nothing;
  v_created := found;
  select c.* into v_conversation from rag.conversation c where c.user_id = p_user and c.id = p_id;
  perform rag.keep_answer(p_user, p_key,
    jsonb_build_object('conversation', to_jsonb(v_conversation) - 'tsv', 'created', v_created));
  return query select v_conversation, v_created;
end $$;

drop function rag.update_conversation(uuid, uuid, text, jsonb);

-- updated_at is the time of the last turn: a rename does not move the conversation in the list.
create function rag.update_conversation(
  p_user uuid, p_session uuid, p_id text, p_changes jsonb, p_versions bigint[] default null
) returns setof rag.conversation
language plpgsql set search_path = '' as $$
declare
  v_head uuid := (p_changes ->> 'head_message_id')::uuid;
begin
  perform rag.enter(p_user, p_session);
  perform rag.require_version(p_user, p_id, p_versions);
  if v_head is not null then
    v_head := rag.find_leaf(p_user, p_id, v_head);
    if v_head is null then
      raise exception 'validation_failed' using errcode = 'RG422';
    end if;
  end if;
  return query
    update rag.conversation c set
        title = coalesce(p_changes ->> 'title', c.title),
        title_source = case when p_changes ? 'title' then 'user' else c.title_source end,
        archived = coalesce((p_changes ->> 'archived')::boolean, c.archived),
        pinned = coalesce((p_changes ->> 'pinned')::boolean, c.pinned),
        metadata = coalesce(p_changes -> 'metadata', c.metadata),
        head_message_id = coalesce(v_head, c.head_message_id)
      where c.user_id = p_user and c.id = p_id
      returning c.*;
end $$;

create function rag.put_feedback(
  p_user uuid, p_session uuid, p_conversation_id text, p_message text, p_rating text, p_comment text
) returns table (rating text, comment text)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    insert into rag.feedback as f (user_id, message_id, rating, comment)
      select p_user, m.id, p_rating, p_comment from rag.find_message(p_user, p_conversation_id, p_message) m
      on conflict (user_id, message_id) do update set rating = excluded.rating, comment = excluded.comment,
          updated_at = clock_timestamp()
      returning f.rating, f.comment;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

create function rag.delete_feedback(p_user uuid, p_session uuid, p_conversation_id text, p_message text) returns void
language plpgsql set search_path = '' as $$
declare
  v_message_id uuid;
begin
  perform rag.enter(p_user, p_session);
  select m.id into v_message_id from rag.find_message(p_user, p_conversation_id, p_message) m;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
  delete from rag.feedback f where f.user_id = p_user and f.message_id = v_message_id;
end $$;

grant execute on function
  rag.claim_idempotency_key(uuid, text, text),
  rag.keep_answer(uuid, text, jsonb),
  rag.create_conversation(uuid, uuid, text, text, jsonb, text, text),
  rag.update_conversation(uuid, uuid, text, jsonb, bigint[]),
  rag.put_feedback(uuid, uuid, text, text, text, text),
  rag.delete_feedback(uuid, uuid, text, text)
to rag_api;

grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

create function rag.purge_idempotency_keys() returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_count int;
begin
  delete from rag.idempotency_key k using (
    select e.user_id, e.key from rag.idempotency_key e where e.expires_at < clock_timestamp()
      limit 1000 for update skip locked
  ) expired where k.user_id = expired.user_id and k.key = expired.key;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

revoke all on function rag.purge_idempotency_keys() from public;
grant execute on function rag.purge_idempotency_keys() to rag_api;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;
