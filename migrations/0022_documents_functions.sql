-- Limits of turns, titles, and documents over REST: written by machine clients, read by users.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

alter table rag.turn_allowance force row level security;
grant select, insert, update, delete on rag.turn_allowance to rag_api, rag_system;

-- rag_system checks machine clients; it sees no secret of theirs.
grant select (client_id, disabled) on auth.oauth_client to rag_system;
grant select (kind, digest) on auth.revocation to rag_system;

-- Lets one more turn begin, or says which limit stands against it and for how many seconds. p_limits has `turns` in
-- `seconds`, regained evenly (GCRA), and `active` at a time; the user's row makes new turns of all replicas queue up.
create function rag.admit_turn(p_user uuid, p_limits jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_window constant interval := make_interval(secs => (p_limits ->> 'seconds')::int);
  v_cost constant interval := v_window / (p_limits ->> 'turns')::int;
  v_regained_at timestamptz;
  v_now timestamptz;
begin
  insert into rag.turn_allowance (user_id, regained_at) values (p_user, clock_timestamp()) on conflict do nothing;
  select a.regained_at into v_regained_at from rag.turn_allowance a where a.user_id = p_user for no key update;
  v_now := clock_timestamp();
  if (
    select count(*) from rag.run r
      where r.user_id = p_user and r.status in ('queued', 'streaming') and r.lease_expires_at > v_now
  ) >= (p_limits ->> 'active')::int then
    raise exception 'rate_limited' using errcode = 'RG429',
      detail = jsonb_build_object('limit', 'active-turns', 'quota', p_limits -> 'active', 'retryAfter', 5);
  end if;
  v_regained_at := greatest(v_regained_at, v_now);
  if v_regained_at - v_now > v_window - v_cost then
    raise exception 'rate_limited' using errcode = 'RG429', detail = jsonb_build_object(
      'limit', 'turns', 'quota', p_limits -> 'turns', 'window', p_limits -> 'seconds',
      'retryAfter', ceil(extract(epoch from v_regained_at - v_now - v_window + v_cost))::int);
  end if;
  update rag.turn_allowance a set regained_at = v_regained_at + v_cost where a.user_id = p_user;
end $$;

drop function rag.start_turn(uuid, uuid, text, text, text, uuid, uuid, uuid, uuid, int, jsonb, int, text, text);

-- p_trigger: submit, edit (p_target: the edited message) or regenerate (p_target: the answer, or its question).
create function rag.start_turn(
  p_user uuid, p_session uuid, p_conversation_id text, p_client_message_id text, p_text text,
  p_user_message_id uuid, p_assistant_message_id uuid, p_run_id uuid, p_lease uuid, p_lease_seconds int,
  p_agent jsonb, p_history_limit int, p_trigger text default 'submit', p_target text default null, p_limits jsonb default null
) returns table (
  run_id uuid, user_message_id uuid, assistant_message_id uuid, created boolean, status text, question text,
  history jsonb
)
language plpgsql set search_path = '' as $$
declare
  v_head uuid;
  v_question rag.message;
  v_run rag.run;
begin
  perform rag.enter(p_user, p_session);
  v_head := rag.lock_conversation(p_user, p_conversation_id, p_text);
  perform rag.interrupt_expired_run(p_user, p_conversation_id);

  select q.* into v_question
    from rag.find_question(p_user, p_conversation_id, v_head, p_trigger, p_target, p_client_message_id) q;
  if found then
    select r.* into v_run from rag.find_repeated_run(v_question, v_head, p_trigger, p_text) r;
    if found then
      return query select v_run.id, v_question.id, v_run.assistant_message_id, false, v_run.status, v_question.text,
        rag.branch_history(p_user, p_conversation_id, v_question.parent_id, p_history_limit);
      return;
    end if;
  elsif p_text is null then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
  if exists (
    select from rag.run r where r.user_id = p_user and r.conversation_id = p_conversation_id
      and r.status in ('queued', 'streaming')
  ) then
    raise exception 'conversation_busy' using errcode = 'RG409';
  end if;
  if p_limits is not null then
    perform rag.admit_turn(p_user, p_limits);
  end if;

  if v_question.id is null or p_trigger = 'edit' then
    insert into rag.message as m
        (user_id, id, conversation_id, client_message_id, revision, parent_id, role, status, text)
      values (p_user, p_user_message_id, p_conversation_id, coalesce(v_question.client_message_id, p_client_message_id),
              coalesce(v_question.revision + 1, 0),
              case when v_question.id is null then v_head else v_question.parent_id end,
              'user', 'complete', p_text)
      returning m.* into v_question;
  end if;
  insert into rag.message (user_id, id, conversation_id, parent_id, role, status, agent)
    values (p_user, p_assistant_message_id, p_conversation_id, v_question.id, 'assistant', 'queued', p_agent);
  insert into rag.run (user_id, id, conversation_id, user_message_id, assistant_message_id, session_id, status,
                       lease, lease_expires_at)
    values (p_user, p_run_id, p_conversation_id, v_question.id, p_assistant_message_id, p_session, 'queued',
            p_lease, clock_timestamp() + make_interval(secs => p_lease_seconds));
  update rag.conversation c set head_message_id = p_assistant_message_id, updated_at = clock_timestamp(),
      title = case when c.title = '' and c.title_source = 'auto'
        then left(regexp_replace(btrim(v_question.text), '\s+', ' ', 'g'), 80) else c.title end
    where c.user_id = p_user and c.id = p_conversation_id;
  return query select p_run_id, v_question.id, p_assistant_message_id, true, 'queued', v_question.text,
    rag.branch_history(p_user, p_conversation_id, v_question.parent_id, p_history_limit);
end $$;

grant execute on function
  rag.admit_turn(uuid, jsonb),
  rag.start_turn(uuid, uuid, text, text, text, uuid, uuid, uuid, uuid, int, jsonb, int, text, text, jsonb)
to rag_api;

grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

-- A name that the user gave stands; the lease proves that it is the run's own worker who asks.
create function rag.title_conversation(p_user uuid, p_run_id uuid, p_lease uuid, p_title text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update rag.conversation c set title = p_title
    from rag.run r
    where r.user_id = p_user and r.id = p_run_id and r.lease = p_lease
      and c.user_id = r.user_id and c.id = r.conversation_id and c.title_source = 'auto';
  return found;
end $$;

-- The door of machine clients: no user, so no row of any user's.
create function rag.enter_machine(p_client text, p_jti text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_digest constant text := rtrim(translate(
    encode(substr(sha256(convert_to(p_jti, 'UTF8')), 1, 16), 'base64'), '+/', '-_'), '=');
begin
  perform set_config('app.user_id', '', true);
  if not exists (select from auth.oauth_client c where c.client_id = p_client and c.disabled is not true)
    or exists (select from auth.revocation r where r.kind = 'token' and r.digest = v_digest)
  then
    raise exception 'invalid_token' using errcode = 'RG401';
  end if;
end $$;

-- The corpus as readers see it: users through their session, machine clients where p_client is given.
create function rag.find_documents(
  p_user uuid, p_session uuid, p_client text, p_jti text, p_id uuid, p_limit int, p_before_created_at timestamptz,
  p_before_id uuid
) returns table (
  id uuid, uri text, title text, url text, media_type text, version int, passages int, created_at timestamptz,
  updated_at timestamptz
)
language plpgsql security definer set search_path = '' as $$
begin
  if p_client is null then
    perform rag.enter(p_user, p_session);
  else
    perform rag.enter_machine(p_client, p_jti);
  end if;
  return query
    select d.id, d.uri, d.title, d.url, d.media_type, d.version,
           (select count(*)::int from rag.chunk c where c.document_id = d.id), d.created_at, d.updated_at
      from rag.document d
      where (p_id is null or d.id = p_id)
        and (d.created_at, d.id) < (coalesce(p_before_created_at, 'infinity'),
                                    coalesce(p_before_id, '00000000-0000-0000-0000-000000000000'))
      order by d.created_at desc, d.id desc limit p_limit;
  if p_id is not null and not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

-- Puts a document under its URI, or replaces the one of p_id where p_uri is null.
create function rag.store_document(
  p_client text, p_jti text, p_id uuid, p_uri text, p_title text, p_url text, p_media_type text,
  p_content_hash text, p_chunks jsonb
) returns table (
  id uuid, uri text, title text, url text, media_type text, version int, passages int, created_at timestamptz,
  updated_at timestamptz, change text
)
language plpgsql security definer set search_path = '' as $$
declare
  v_uri text := p_uri;
  v_change text;
begin
  perform rag.enter_machine(p_client, p_jti);
  if p_uri is null then
    select d.uri into v_uri from rag.document d where d.id = p_id for no key update;
    if not found then
      raise exception 'not_found' using errcode = 'RG404';
    end if;
  end if;
  v_change := rag.put_document(p_id, v_uri, coalesce(nullif(p_title, ''), regexp_replace(v_uri, '^.*/', '')), p_url, p_media_type, p_content_hash, p_chunks);
  return query
    select d.id, d.uri, d.title, d.url, d.media_type, d.version,
           (select count(*)::int from rag.chunk c where c.document_id = d.id), d.created_at, d.updated_at, v_change
      from rag.document d where d.uri = v_uri;
end $$;

create function rag.delete_document(p_client text, p_jti text, p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform rag.enter_machine(p_client, p_jti);
  delete from rag.document d where d.id = p_id;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

-- A message's sources as they were stored; those whose document is gone say so, and keep all that they quoted.
create function rag.mark_removed_sources(p_sources jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select case when p_sources = '[]' then p_sources else (
    select jsonb_agg(
        case when exists (select from rag.document d where d.id::text = s.source ->> 'documentId') then s.source
             else s.source || '{"sourceRemoved": true}' end
        order by s.place)
      from jsonb_array_elements(p_sources) with ordinality s(source, place)
  ) end
$$;

-- As before, in any language: a term is a word, or a pair of characters where words have no spaces.
create or replace function rag.retrieve_passages(p_query text, p_limit int)
returns table (
  chunk_id uuid, document_id uuid, document_version int, uri text, url text, title text, media_type text,
  heading text, body text, score real, matched int, terms int
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_terms constant text[] := rag.to_search_terms(p_query);
  v_query constant tsquery := array_to_string(v_terms, ' | ')::tsquery;
begin
  if cardinality(v_terms) = 0 then
    return;
  end if;
  return query
    with candidate as materialized (
      select c.id, ts_rank_cd(c.tsv, v_query, 1 | 32) as rank from rag.chunk c
        where c.tsv @@ v_query order by rank desc limit 200
    )
    select c.id, d.id, d.version, d.uri, d.url, d.title, d.media_type, c.heading, c.body, k.rank,
           h.hits, cardinality(v_terms)
      from candidate k
      join rag.chunk c on c.id = k.id
      join rag.document d on d.id = c.document_id
      cross join lateral (
        select count(*)::int as hits from unnest(v_terms) t(term) where c.tsv @@ t.term::tsquery
      ) h
      order by h.hits desc, k.rank desc, c.id limit p_limit;
end $$;

revoke all on function
  rag.title_conversation(uuid, uuid, uuid, text),
  rag.enter_machine(text, text),
  rag.find_documents(uuid, uuid, text, text, uuid, int, timestamptz, uuid),
  rag.store_document(text, text, uuid, text, text, text, text, text, jsonb),
  rag.delete_document(text, text, uuid),
  rag.mark_removed_sources(jsonb)
from public;
grant execute on function
  rag.title_conversation(uuid, uuid, uuid, text),
  rag.enter_machine(text, text),
  rag.find_documents(uuid, uuid, text, text, uuid, int, timestamptz, uuid),
  rag.store_document(text, text, uuid, text, text, text, text, text, jsonb),
  rag.delete_document(text, text, uuid),
  rag.mark_removed_sources(jsonb)
to rag_api;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;
