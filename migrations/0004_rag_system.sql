-- The closed list of system work: SECURITY DEFINER, owned by rag_system, no live session needed.
-- Locks are taken conversation first, so that a deletion and a flush can't deadlock.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

grant create on schema rag to rag_system;
set local role rag_system;

-- Stores the text so far and renews the lease. 'session_ended' tells the worker to stop (that is how a sign-out stops a stream).
create function rag.flush_run(
  p_user uuid, p_run_id uuid, p_lease uuid, p_lease_seconds int, p_text text, p_sources jsonb
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_run rag.run;
begin
  perform from rag.conversation c join rag.run r on r.user_id = c.user_id and r.conversation_id = c.id
    where r.user_id = p_user and r.id = p_run_id for key share of c;
  update rag.run r set status = 'streaming', lease_expires_at = clock_timestamp() + make_interval(secs => p_lease_seconds)
    where r.user_id = p_user and r.id = p_run_id and r.lease = p_lease and r.status in ('queued', 'streaming')
    returning r.* into v_run;
  if not found then
    return 'lease_lost';
  end if;
  update rag.message m set status = 'streaming', text = p_text, sources = p_sources, updated_at = clock_timestamp()
    where m.user_id = p_user and m.id = v_run.assistant_message_id;
  if not exists (select from auth.live_session s where s.id = v_run.session_id and s.user_id = p_user) then
    return 'session_ended';
  end if;
  return 'live';
end $$;

-- True also when this lease has stored this end before: a worker whose connection broke after the commit asks again.
create function rag.finish_run(
  p_user uuid, p_run_id uuid, p_lease uuid, p_status text, p_text text, p_sources jsonb, p_agent jsonb, p_error_code text
) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_run rag.run;
begin
  perform from rag.conversation c join rag.run r on r.user_id = c.user_id and r.conversation_id = c.id
    where r.user_id = p_user and r.id = p_run_id for no key update of c;
  update rag.run r set status = p_status, finished_at = clock_timestamp()
    where r.user_id = p_user and r.id = p_run_id and r.lease = p_lease and r.status in ('queued', 'streaming')
    returning r.* into v_run;
  if not found then
    return exists (select from rag.run r where r.user_id = p_user and r.id = p_run_id and r.lease = p_lease
                     and r.status = p_status and p_status <> 'interrupted');
  end if;
  update rag.message m set status = p_status, text = p_text, sources = p_sources, agent = p_agent,
      error_code = p_error_code, updated_at = clock_timestamp()
    where m.user_id = p_user and m.id = v_run.assistant_message_id;
  update rag.conversation c set updated_at = clock_timestamp()
    where c.user_id = p_user and c.id = v_run.conversation_id;
  return true;
end $$;

-- Marks the runs of dead workers; each row is skipped while another transaction holds it.
create function rag.reap_runs() returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_count int;
begin
  with dead as (
    select r.user_id, r.id, r.assistant_message_id from rag.run r
      join rag.conversation c on c.user_id = r.user_id and c.id = r.conversation_id
      where r.status in ('queued', 'streaming') and r.lease_expires_at < clock_timestamp()
      limit 1000
      for key share of c skip locked for update of r skip locked
  ), ended as (
    update rag.run r set status = 'interrupted', finished_at = clock_timestamp()
      from dead d where r.user_id = d.user_id and r.id = d.id
      returning r.user_id, r.assistant_message_id
  )
  update rag.message m set status = 'interrupted', updated_at = clock_timestamp()
    from ended e where m.user_id = e.user_id and m.id = e.assistant_message_id;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- The corpus is shared by all users. Any of the query's lexemes may match: a question is not a phrase.
create function rag.retrieve_passages(p_query text, p_limit int)
returns table (
  chunk_id uuid, document_id uuid, document_version int, uri text, url text, title text, media_type text,
  heading text, body text, score real, matched int, terms int
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_lexemes text[];
  v_query tsquery;
begin
  select array_agg('''' || replace(replace(l.lexeme, '\', '\\'), '''', '''''') || '''') into v_lexemes
    from (select lexeme from unnest(to_tsvector('pg_catalog.english', left(p_query, 4000))) limit 64) l;
  if v_lexemes is null then
    return;
  end if;
  v_query := array_to_string(v_lexemes, ' | ')::tsquery;
  return query
    with candidate as materialized (
      select c.id, ts_rank_cd(c.tsv, v_query, 1 | 32) as rank from rag.chunk c
        where c.tsv @@ v_query order by rank desc limit 200
    )
    select c.id, d.id, d.version, d.uri, d.url, d.title, d.media_type, c.heading, c.body, k.rank,
           h.hits, cardinality(v_lexemes)
      from candidate k
      join rag.chunk c on c.id = k.id
      join rag.document d on d.id = c.document_id
      cross join lateral (
        select count(*)::int as hits from unnest(v_lexemes) l(lexeme) where c.tsv @@ l.lexeme::tsquery
      ) h
      order by h.hits desc, k.rank desc, c.id limit p_limit;
end $$;

create function rag.document_hash(p_uri text) returns text
language sql stable security definer set search_path = '' as $$
  select d.content_hash from rag.document d where d.uri = p_uri
$$;

create function rag.put_document(
  p_id uuid, p_uri text, p_title text, p_url text, p_media_type text, p_content_hash text, p_chunks jsonb
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_document rag.document;
begin
  insert into rag.document as d (id, uri, title, url, media_type, content_hash)
    values (p_id, p_uri, p_title, p_url, p_media_type, p_content_hash)
    on conflict (uri) do update set title = excluded.title, url = excluded.url, media_type = excluded.media_type,
        content_hash = excluded.content_hash, version = d.version + 1, updated_at = clock_timestamp()
      where d.content_hash <> excluded.content_hash
    returning d.* into v_document;
  if not found then
    return 'unchanged';
  end if;
  delete from rag.chunk c where c.document_id = v_document.id;
  insert into rag.chunk (id, document_id, ordinal, heading, body)
    select (e.item ->> 'id')::uuid, v_document.id, e.ordinal, e.item ->> 'heading', e.item ->> 'body'
      from jsonb_array_elements(p_chunks) with ordinality e(item, ordinal);
  return case when v_document.version = 1 then 'created' else 'replaced' end;
end $$;

revoke all on function
  rag.flush_run(uuid, uuid, uuid, int, text, jsonb),
  rag.finish_run(uuid, uuid, uuid, text, text, jsonb, jsonb, text),
  rag.reap_runs(),
  rag.retrieve_passages(text, int),
  rag.document_hash(text),
  rag.put_document(uuid, text, text, text, text, text, jsonb)
from public;
grant execute on function
  rag.flush_run(uuid, uuid, uuid, int, text, jsonb),
  rag.finish_run(uuid, uuid, uuid, text, text, jsonb, jsonb, text),
  rag.reap_runs(),
  rag.retrieve_passages(text, int),
  rag.document_hash(text),
  rag.put_document(uuid, text, text, text, text, text, jsonb)
to rag_api;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;
