-- Retention, trash and purge: which conversations are due, and who deletes them. A trashed conversation is not there for
-- any request but those of the trash.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

insert into rag.purge default values;

alter table rag.retention_preference force row level security;
alter table rag.purge_failure force row level security;
alter table rag.purge force row level security;
grant select, insert, update, delete on rag.retention_preference to rag_api;
grant select on rag.retention_preference to rag_system;
grant select, insert, update, delete on rag.purge_failure to rag_system;
grant select, update on rag.purge to rag_system;

-- As before; and the time of the change, so that a purge spares what was changed after the moment it judges by.
create or replace function rag.version_conversation() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  new.touched_at := clock_timestamp();
  if old.title_source = 'user' and new.title_source = 'auto' then
    new.title := old.title;
    new.title_source := 'user';
  end if;
  return new;
end $$;

-- p_policy, here and below: minDays, maxDays, defaultDays (each a number or null), pinnedExempt, trashDays.
-- The operator's bounds hold for choices that were made before them, too.
create function rag.bound_days(p_days int, p_policy jsonb) returns int
language sql immutable set search_path = '' as $$
  select case when p_days is not null
    then greatest(least(p_days, (p_policy ->> 'maxDays')::int), (p_policy ->> 'minDays')::int) end
$$;

-- Days that a user's conversations are kept; null: for ever.
create function rag.days_kept(p_user uuid, p_policy jsonb) returns int
language sql stable set search_path = '' as $$
  select rag.bound_days(coalesce(
    (select r.days from rag.retention_preference r where r.user_id = p_user), (p_policy ->> 'defaultDays')::int
  ), p_policy)
$$;

-- The one rule. A day is 24 hours, whatever the clocks of a time zone do.
create function rag.is_due(c rag.conversation, p_policy jsonb, p_days int, p_as_of timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
      -- In the trash for long enough.
      coalesce(c.deleted_at <= p_as_of - make_interval(hours => 24 * (p_policy ->> 'trashDays')::int), false)
      or coalesce(
        greatest(c.updated_at, c.restored_at)
          <= p_as_of - make_interval(hours => 24 * coalesce(rag.bound_days(c.retention_days, p_policy), p_days)), false)
        and c.touched_at <= p_as_of
        and not (c.pinned and (p_policy ->> 'pinnedExempt')::boolean)
    )
    -- Not while somebody writes in it.
    and not exists (
      select from rag.run r
        where r.user_id = c.user_id and r.conversation_id = c.id and r.status in ('queued', 'streaming'));
end $$;

-- A user's conversations that a purge at p_as_of deletes. What an index can't rule out is_due does.
create function rag.list_due(p_user uuid, p_policy jsonb, p_days int, p_as_of timestamptz)
returns setof rag.conversation
language plpgsql stable set search_path = '' as $$
declare
  v_kept_since constant timestamptz := p_as_of - make_interval(hours => 24 * p_days);
  v_trashed_since constant timestamptz := p_as_of - make_interval(hours => 24 * (p_policy ->> 'trashDays')::int);
begin
  return query
    select c.* from (
      select o.* from rag.conversation o
        where o.user_id = p_user and o.updated_at <= v_kept_since and o.retention_days is null
          and coalesce(o.deleted_at > v_trashed_since, true)
      union all
      select o.* from rag.conversation o
        where o.user_id = p_user and o.retention_days is not null and coalesce(o.deleted_at > v_trashed_since, true)
      union all
      select o.* from rag.conversation o where o.user_id = p_user and o.deleted_at <= v_trashed_since
    ) c where rag.is_due(c, p_policy, p_days, p_as_of);
end $$;

create function rag.put_retention(p_user uuid, p_session uuid, p_days int) returns void
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  if p_days is null then
    delete from rag.retention_preference r where r.user_id = p_user;
    return;
  end if;
  insert into rag.retention_preference as r (user_id, days) values (p_user, p_days)
    on conflict (user_id) do update set days = excluded.days, updated_at = clock_timestamp() where r.days <> excluded.days;
end $$;

create function rag.get_retention(p_user uuid, p_session uuid) returns table (days int, next_purge_at timestamptz)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query select (select r.days from rag.retention_preference r where r.user_id = p_user), rag.next_purge_at();
end $$;

-- What a purge would delete now if p_days, or with null the operator's default, were the user's choice.
create function rag.preview_retention(p_user uuid, p_session uuid, p_policy jsonb, p_days int)
returns table (
  as_of timestamptz, days int, conversations int, messages int, pinned_kept int, oldest timestamptz, purge_at timestamptz
)
language plpgsql set search_path = '' as $$
declare
  v_as_of timestamptz;
  v_days constant int := rag.bound_days(coalesce(p_days, (p_policy ->> 'defaultDays')::int), p_policy);
begin
  perform rag.enter(p_user, p_session);
  v_as_of := clock_timestamp();
  return query
    with due as materialized (
      select d.id, d.updated_at from rag.list_due(p_user, p_policy, v_days, v_as_of) d
    )
    select v_as_of, v_days, (select count(*)::int from due),
           (select count(*)::int from due d join rag.message m on m.user_id = p_user and m.conversation_id = d.id),
           (select count(*)::int from rag.list_due(p_user, p_policy || '{"pinnedExempt": false}', v_days, v_as_of) o
              where o.id not in (select d.id from due d)),
           (select min(d.updated_at) from due d), rag.next_purge_at();
end $$;

grant execute on function
  rag.bound_days(int, jsonb), rag.days_kept(uuid, jsonb), rag.is_due(rag.conversation, jsonb, int, timestamptz),
  rag.list_due(uuid, jsonb, int, timestamptz)
to rag_api, rag_system;
grant execute on function
  rag.put_retention(uuid, uuid, int), rag.get_retention(uuid, uuid), rag.preview_retention(uuid, uuid, jsonb, int)
to rag_api;

-- Which of the conversations a change is meant for, as before; one in the trash only with p_trashed.
drop function rag.require_version(uuid, text, bigint[]);

create function rag.require_version(p_user uuid, p_id text, p_versions bigint[], p_trashed boolean default false) returns void
language plpgsql set search_path = '' as $$
declare
  v_version bigint;
begin
  select c.version into v_version from rag.conversation c
    where c.user_id = p_user and c.id = p_id and (c.deleted_at is null or p_trashed and c.deleted_at > '-infinity')
    for no key update;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
  if not v_version = any (p_versions) then
    raise exception 'precondition_failed' using errcode = 'RG412';
  end if;
end $$;

drop function rag.delete_conversation(uuid, uuid, text, bigint[]);

-- For good, or with p_trash into the trash, where nobody goes on writing.
create function rag.delete_conversation(
  p_user uuid, p_session uuid, p_id text, p_versions bigint[] default null, p_trash boolean default false
) returns void
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  perform rag.require_version(p_user, p_id, p_versions, true);
  if not p_trash then
    delete from rag.conversation c where c.user_id = p_user and c.id = p_id;
    return;
  end if;
  update rag.conversation c set deleted_at = clock_timestamp()
    where c.user_id = p_user and c.id = p_id and c.deleted_at is null;
  update rag.run r set stop_requested = true
    where r.user_id = p_user and r.conversation_id = p_id and r.status in ('queued', 'streaming');
end $$;

-- A part of all conversations: so many that about p_messages messages go with them. 0 conversations: none was left.
create function rag.delete_conversations(p_user uuid, p_session uuid, p_trash boolean, p_messages int)
returns table (conversations int, messages int)
language plpgsql set search_path = '' as $$
declare
  v_ids text[];
  v_messages int;
begin
  perform rag.enter(p_user, p_session);
  select array_agg(s.id), coalesce(sum(s.messages), 0) into v_ids, v_messages from (
    select l.id, l.messages, sum(l.messages) over (order by l.id) - l.messages as before from (
      select c.id, (select count(*) from rag.message m where m.user_id = p_user and m.conversation_id = c.id) as messages
        from rag.conversation c
        where c.user_id = p_user and (c.deleted_at is null or not p_trash and c.deleted_at > '-infinity')
        order by c.id limit 200
    ) l
  ) s where s.before < p_messages;
  if p_trash then
    update rag.conversation c set deleted_at = clock_timestamp() where c.user_id = p_user and c.id = any (v_ids);
    update rag.run r set stop_requested = true
      where r.user_id = p_user and r.conversation_id = any (v_ids) and r.status in ('queued', 'streaming');
  else
    delete from rag.conversation c where c.user_id = p_user and c.id = any (v_ids);
  end if;
  return query select coalesce(cardinality(v_ids), 0), v_messages;
end $$;

-- What is not in the trash stays as it is, so a repeat does no harm.
create function rag.restore_conversation(p_user uuid, p_session uuid, p_id text) returns setof rag.conversation
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  update rag.conversation c set deleted_at = null, restored_at = clock_timestamp()
    where c.user_id = p_user and c.id = p_id and c.deleted_at > '-infinity';
  return query select * from rag.get_conversation(p_user, p_session, p_id);
end $$;

create function rag.list_trash(
  p_user uuid, p_session uuid, p_limit int, p_before_deleted_at timestamptz, p_before_id text
) returns setof rag.conversation
language plpgsql set search_path = '' as $$
declare
  v_high constant timestamptz := coalesce(p_before_deleted_at, 'infinity');
  v_high_id constant text := coalesce(p_before_id, '');
begin
  perform rag.enter(p_user, p_session);
  return query
    select c.* from rag.conversation c
      where c.user_id = p_user and c.deleted_at > '-infinity' and (c.deleted_at, c.id) < (v_high, v_high_id)
      order by c.deleted_at desc, c.id desc limit p_limit;
end $$;

create or replace function rag.get_conversation(p_user uuid, p_session uuid, p_id text) returns setof rag.conversation
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query select c.* from rag.conversation c where c.user_id = p_user and c.id = p_id and c.deleted_at is null;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

create or replace function rag.list_conversations(
  p_user uuid, p_session uuid, p_limit int, p_archived boolean, p_pinned boolean, p_agent text,
  p_updated_after timestamptz, p_updated_before timestamptz, p_before_updated_at timestamptz, p_before_id text
) returns setof rag.conversation
language plpgsql set search_path = '' as $$
declare
  v_low constant timestamptz := coalesce(p_updated_after, '-infinity');
  v_high constant timestamptz := least(coalesce(p_before_updated_at, 'infinity'), coalesce(p_updated_before, 'infinity'));
  -- No id is less than '': at a bound of the filter's own every row of that time is out.
  v_high_id constant text := case when p_before_updated_at = v_high and p_before_updated_at is distinct from p_updated_before
    then p_before_id else '' end;
begin
  perform rag.enter(p_user, p_session);
  return query
    select c.* from rag.conversation c
      where c.user_id = p_user and c.deleted_at is null and c.archived = p_archived
        and (p_pinned is null or c.pinned = p_pinned)
        and (p_agent is null or c.agent = p_agent)
        and c.updated_at >= v_low and (c.updated_at, c.id) < (v_high, v_high_id)
      order by c.updated_at desc, c.id desc limit p_limit;
end $$;

create or replace function rag.count_conversations(
  p_user uuid, p_session uuid, p_most int, p_archived boolean, p_pinned boolean, p_agent text,
  p_updated_after timestamptz, p_updated_before timestamptz
) returns int
language plpgsql set search_path = '' as $$
declare
  v_low constant timestamptz := coalesce(p_updated_after, '-infinity');
  v_high constant timestamptz := coalesce(p_updated_before, 'infinity');
begin
  perform rag.enter(p_user, p_session);
  return (
    select count(*) from (
      select from rag.conversation c
        where c.user_id = p_user and c.deleted_at is null and c.archived = p_archived
          and (p_pinned is null or c.pinned = p_pinned)
          and (p_agent is null or c.agent = p_agent)
          and c.updated_at >= v_low and c.updated_at < v_high
        limit p_most
    ) counted
  );
end $$;

create or replace function rag.create_conversation(
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
  if v_conversation.deleted_at is not null then
    raise exception 'conversation_trashed' using errcode = 'RG409';
  end if;
  perform rag.keep_answer(p_user, p_key,
    jsonb_build_object('conversation', to_jsonb(v_conversation) - 'tsv', 'created', v_created));
  return query select v_conversation, v_created;
end $$;

create or replace function rag.update_conversation(
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
        head_message_id = coalesce(v_head, c.head_message_id),
        retention_days = case when p_changes ? 'retention_days' then (p_changes ->> 'retention_days')::int
                              else c.retention_days end
      where c.user_id = p_user and c.id = p_id
      returning c.*;
end $$;

create or replace function rag.lock_conversation(p_user uuid, p_conversation_id text, p_text text) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_head uuid;
  v_deleted_at timestamptz;
begin
  if p_text is not null then
    insert into rag.conversation as c (user_id, id, title, title_source)
      values (p_user, p_conversation_id, left(regexp_replace(btrim(p_text), '\s+', ' ', 'g'), 80), 'auto')
      on conflict do nothing;
  end if;
  select c.head_message_id, c.deleted_at into v_head, v_deleted_at from rag.conversation c
    where c.user_id = p_user and c.id = p_conversation_id for no key update;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  elsif v_deleted_at is not null then
    raise exception 'conversation_trashed' using errcode = 'RG409';
  end if;
  return v_head;
end $$;

-- A message by our id or by the client's, of which the newest revision counts.
create or replace function rag.find_message(p_user uuid, p_conversation_id text, p_reference text) returns setof rag.message
language sql stable set search_path = '' as $$
  select m.* from rag.message m
    where m.user_id = p_user and m.conversation_id = p_conversation_id
      and (m.client_message_id = p_reference
           or m.id = case when p_reference ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
                          then p_reference::uuid end)
      and exists (select from rag.conversation c
                    where c.user_id = p_user and c.id = p_conversation_id and c.deleted_at is null)
    order by m.revision desc limit 1
$$;

create or replace function rag.find_run_state(p_user uuid, p_session uuid, p_conversation_id text, p_run_id uuid)
returns table (
  run_id uuid, conversation_id text, user_message_id uuid, assistant_message_id uuid,
  status text, text text, sources jsonb, agent jsonb, error_code text
)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    select r.id, r.conversation_id, r.user_message_id, r.assistant_message_id,
           m.status, m.text, m.sources, m.agent, m.error_code
      from rag.run r join rag.message m on m.user_id = r.user_id and m.id = r.assistant_message_id
      join rag.conversation c on c.user_id = r.user_id and c.id = r.conversation_id and c.deleted_at is null
      where r.user_id = p_user and r.conversation_id = p_conversation_id
        and (r.id = p_run_id or r.status in ('queued', 'streaming'))
      order by r.id is not distinct from p_run_id desc limit 1;
end $$;

create or replace function rag.stop_run(p_user uuid, p_session uuid, p_conversation_id text, p_run_id uuid) returns uuid
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  perform from rag.conversation c
    where c.user_id = p_user and c.id = p_conversation_id and c.deleted_at is null for key share;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
  perform rag.interrupt_expired_run(p_user, p_conversation_id);
  update rag.run r set stop_requested = true
    where r.user_id = p_user and r.conversation_id = p_conversation_id and r.status in ('queued', 'streaming')
      and r.id = coalesce(p_run_id, r.id) and not r.stop_requested;
  return (
    select r.id from rag.run r
      where r.user_id = p_user and r.conversation_id = p_conversation_id and r.status in ('queued', 'streaming')
        and r.id = coalesce(p_run_id, r.id)
  );
end $$;

create or replace function rag.list_messages(
  p_user uuid, p_session uuid, p_conversation_id text, p_limit int, p_before_created_at timestamptz, p_before_id uuid,
  p_all_branches boolean default false
) returns table (
  id uuid, conversation_id text, client_message_id text, revision int, parent_id uuid, role text, status text,
  text text, sources jsonb, agent jsonb, error_code text, created_at timestamptz, updated_at timestamptz,
  sibling_ids uuid[], feedback jsonb
)
language plpgsql set search_path = '' as $$
declare
  v_from uuid;
begin
  perform rag.enter(p_user, p_session);
  select case when p_before_id is null then c.head_message_id else (
        select m.parent_id from rag.message m where m.user_id = p_user and m.conversation_id = c.id and m.id = p_before_id
      ) end into v_from
    from rag.conversation c where c.user_id = p_user and c.id = p_conversation_id and c.deleted_at is null;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
  return query
    select m.id, m.conversation_id, m.client_message_id, m.revision, m.parent_id, m.role, m.status,
           m.text, m.sources, m.agent, m.error_code, m.created_at, m.updated_at,
           rag.list_siblings(p_user, p_conversation_id, m.parent_id, m.role),
           case when f.message_id is not null then jsonb_build_object('rating', f.rating, 'comment', f.comment) end
      from (
        select b.* from rag.list_branch(p_user, p_conversation_id, v_from, p_limit) b where not p_all_branches
        union all
        select a.* from rag.list_all_branches(p_user, p_conversation_id, p_limit, p_before_created_at, p_before_id) a
          where p_all_branches
      ) page
      join rag.message m on m.user_id = p_user and m.id = page.message_id
      left join rag.feedback f on f.user_id = p_user and f.message_id = m.id
      order by page.place;
end $$;

grant execute on function
  rag.require_version(uuid, text, bigint[], boolean),
  rag.delete_conversation(uuid, uuid, text, bigint[], boolean),
  rag.delete_conversations(uuid, uuid, boolean, int),
  rag.restore_conversation(uuid, uuid, text),
  rag.list_trash(uuid, uuid, int, timestamptz, text)
to rag_api;

-- Search: as before, without what is in the trash.
create or replace function rag.is_wanted(
  p_user uuid, p_conversation_id text, p_archived boolean, p_pinned boolean, p_agent text,
  p_updated_after timestamptz, p_updated_before timestamptz
) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from rag.conversation c where c.user_id = p_user and c.id = p_conversation_id and c.deleted_at is null
      and (p_archived is null or c.archived = p_archived) and (p_pinned is null or c.pinned = p_pinned)
      and (p_agent is null or c.agent = p_agent)
      and c.updated_at >= coalesce(p_updated_after, '-infinity')
      and c.updated_at < coalesce(p_updated_before, 'infinity'));
end $$;

create or replace function rag.list_search_window(
  p_user uuid, p_query tsquery, p_archived boolean, p_pinned boolean, p_agent text,
  p_updated_after timestamptz, p_updated_before timestamptz, p_from uuid, p_to uuid,
  out ids uuid[], out window_from uuid
)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  c_newest constant int := 2000;
  c_common constant int := 50;
  c_size constant int := 200;
  v_low constant uuid := coalesce(p_from, '00000000-0000-0000-0000-000000000000');
  v_all constant boolean := num_nonnulls(p_archived, p_pinned, p_agent, p_updated_after, p_updated_before) = 0
    and not exists (select from rag.conversation c where c.user_id = p_user and c.deleted_at is not null);
  -- Of a window that was chosen before, rows that were late to commit may have made more.
  v_read constant int := case when p_from is null then c_newest else 2 * c_newest end;
  v_edge uuid;
begin
  select m.id into v_edge from rag.message m
    where m.user_id = p_user and m.id >= v_low and m.id < p_to order by m.id desc offset v_read - 1 limit 1;
  if v_edge is null or p_from is null then
    select array_agg(h.id order by h.id desc) into ids
      from (select n.id
              from (select m.id, m.conversation_id, m.tsv from rag.message m
                      where m.user_id = p_user and m.id >= v_low and m.id < p_to order by m.id desc limit v_read) n
              where n.tsv @@ p_query
                and (v_all or rag.is_wanted(p_user, n.conversation_id, p_archived, p_pinned, p_agent,
                                            p_updated_after, p_updated_before))
              limit case when p_from is null then c_size end) h;
    if p_from is null and cardinality(ids) = c_size then
      window_from := ids[c_size];
      return;
    elsif v_edge is null or cardinality(ids) >= c_common then
      window_from := coalesce(v_edge, v_low);
      return;
    end if;
  end if;
  with matched as materialized (
    select m.id, m.conversation_id from rag.message m
      where m.user_id = p_user and m.tsv @@ p_query and m.id >= v_low and m.id < p_to
  )
  select array_agg(h.id order by h.id desc) into ids
    from (select n.id from matched n
            where v_all or n.conversation_id in (
              select c.id from rag.conversation c
                where c.user_id = p_user and c.deleted_at is null
                  and (p_archived is null or c.archived = p_archived) and (p_pinned is null or c.pinned = p_pinned)
                  and (p_agent is null or c.agent = p_agent)
                  and c.updated_at >= coalesce(p_updated_after, '-infinity')
                  and c.updated_at < coalesce(p_updated_before, 'infinity'))
            order by n.id desc limit case when p_from is null then c_size end) h;
  window_from := case when p_from is null and cardinality(ids) = c_size then ids[c_size] else v_low end;
end $$;

grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

create or replace function rag.find_matches(
  p_query text, p_limit int, p_archived boolean, p_pinned boolean, p_agent text,
  p_updated_after timestamptz, p_updated_before timestamptz,
  p_section text, p_rank int, p_id text, p_window_from uuid, p_window_to uuid
) returns table (
  section text, rank int, id text, window_from uuid, window_to uuid,
  conversation_id text, title text, role text, created_at timestamptz, excerpt text
)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_user constant uuid := nullif(current_setting('app.user_id', true), '')::uuid;
  v_query constant tsquery := array_to_string(rag.to_search_terms(p_query), ' & ')::tsquery;
  v_left int := p_limit;
  v_given int;
  v_rank int := p_rank;
  v_id uuid;
  v_from uuid := p_window_from;
  v_to uuid := coalesce(p_window_to, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  v_ids uuid[];
begin
  if v_user is null then
    raise exception 'session_ended' using errcode = 'RG401';
  end if;
  if numnode(v_query) = 0 then
    return;
  end if;
  if p_section is distinct from 'message' then
    return query
      with hit as materialized (
        select (ts_rank(c.tsv, v_query, 1) * 1000000)::int as rank, c.id, c.title, c.tsv, c.created_at
          from rag.conversation c
          where c.user_id = v_user and c.tsv @@ v_query and c.deleted_at is null
            and (p_archived is null or c.archived = p_archived) and (p_pinned is null or c.pinned = p_pinned)
            and (p_agent is null or c.agent = p_agent)
            and c.updated_at >= coalesce(p_updated_after, '-infinity')
            and c.updated_at < coalesce(p_updated_before, 'infinity')
      ), page as materialized (
        select * from hit h where p_rank is null or (h.rank, h.id) < (p_rank, p_id)
          order by h.rank desc, h.id desc limit v_left
      )
      select 'title', g.rank, g.id, null::uuid, null::uuid, g.id,
             rag.mark_matches(g.title, rag.build_highlight_pattern(g.tsv, v_query), 200),
             null::text, g.created_at, ''
        from page g order by g.rank desc, g.id desc;
    get diagnostics v_given = row_count;
    v_left := v_left - v_given;
    v_rank := null;
  else
    v_id := p_id::uuid;
  end if;
  while v_left > 0 loop
    select w.ids, w.window_from into v_ids, v_from
      from rag.list_search_window(v_user, v_query, p_archived, p_pinned, p_agent, p_updated_after, p_updated_before,
                                  v_from, v_to) w;
    return query
      with page as materialized (
        select (ts_rank(m.tsv, v_query, 1) * 1000000)::int as rank, m.id
          from unnest(v_ids) u(id) join rag.message m on m.user_id = v_user and m.id = u.id
          where v_rank is null or ((ts_rank(m.tsv, v_query, 1) * 1000000)::int, m.id) < (v_rank, v_id)
          order by 1 desc, 2 desc limit v_left
      )
      select 'message', g.rank, g.id::text, v_from, v_to, m.conversation_id,
             rag.mark_matches(c.title, rag.build_highlight_pattern(c.tsv, v_query), 200), m.role, m.created_at,
             rag.mark_matches(m.text, rag.build_highlight_pattern(m.tsv, v_query), 240)
        from page g
        join rag.message m on m.user_id = v_user and m.id = g.id
        join rag.conversation c on c.user_id = v_user and c.id = m.conversation_id
        order by g.rank desc, g.id desc;
    get diagnostics v_given = row_count;
    v_left := v_left - v_given;
    exit when v_from = '00000000-0000-0000-0000-000000000000';
    v_to := v_from;
    v_from := null;
    v_rank := null;
  end loop;
end $$;

-- For users, too: it tells when the next pass may begin.
create function rag.next_purge_at() returns timestamptz
language sql security definer set search_path = '' as $$
  select greatest(p.next_at, clock_timestamp()) from rag.purge p
$$;

-- Begins a pass, unless another process has one under way or none is due; gives the moment by which it judges. A pass whose
-- process died is begun again: what it deleted is gone, so that costs a look.
create function rag.begin_purge(p_holder uuid, p_lease_seconds int, p_forced boolean, p_as_of timestamptz)
returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare
  v_as_of timestamptz;
begin
  update rag.purge p
    set holder = p_holder, holder_expires_at = clock_timestamp() + make_interval(secs => p_lease_seconds),
        as_of = least(p_as_of, clock_timestamp()), finished_at = null, conversations = 0, messages = 0, failed = 0
    where (p.holder is null or p.holder_expires_at < clock_timestamp())
      and (p_forced or p.next_at <= clock_timestamp() or p.as_of is not null and p.finished_at is null)
    returning p.as_of into v_as_of;
  return v_as_of;
end $$;

-- Renews the lease and adds to the numbers; false when the pass has gone to somebody else.
create function rag.continue_purge(
  p_holder uuid, p_lease_seconds int, p_conversations int, p_messages int, p_failed int
) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update rag.purge p
    set holder_expires_at = clock_timestamp() + make_interval(secs => p_lease_seconds),
        conversations = p.conversations + p_conversations, messages = p.messages + p_messages, failed = p.failed + p_failed
    where p.holder = p_holder;
  return found;
end $$;

create function rag.end_purge(p_holder uuid, p_interval_seconds int) returns void
language sql security definer set search_path = '' as $$
  update rag.purge p
    set holder = null, holder_expires_at = null, finished_at = clock_timestamp(),
        next_at = clock_timestamp() + make_interval(secs => p_interval_seconds)
    where p.holder = p_holder
$$;

-- What is due, user by user from p_user on and behind p_after_id: at most p_limit conversations of at most p_users users.
-- A last row without a conversation names the user to go on with; without it, a shorter answer was the last one.
create function rag.find_due(
  p_policy jsonb, p_as_of timestamptz, p_user uuid, p_after_id text, p_users int, p_limit int
) returns table (user_id uuid, conversation_id text, messages int)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_user uuid := p_user;
  v_after_id text := p_after_id;
  v_left int := p_limit;
  v_found int;
begin
  for v_number in 1..p_users loop
    return query
      select v_user, d.id,
             (select count(*)::int from rag.message m where m.user_id = v_user and m.conversation_id = d.id)
        from (
          select l.id from rag.list_due(v_user, p_policy, rag.days_kept(v_user, p_policy), p_as_of) l
            left join rag.purge_failure f on f.user_id = l.user_id and f.conversation_id = l.id
            where l.id > v_after_id and (f.retry_at is null or f.retry_at <= clock_timestamp())
            order by l.id limit v_left
        ) d order by d.id;
    get diagnostics v_found = row_count;
    v_left := v_left - v_found;
    if v_left = 0 then
      return;
    end if;
    select c.user_id into v_user from rag.conversation c where c.user_id > v_user order by c.user_id limit 1;
    if not found then
      return;
    end if;
    v_after_id := '';
  end loop;
  return query select v_user, null::text, 0;
end $$;

create function rag.report_purge_failure(p_user uuid, p_id text, p_problem text) returns void
language sql security definer set search_path = '' as $$
  insert into rag.purge_failure as f (user_id, conversation_id, problem, retry_at)
    select c.user_id, c.id, p_problem, clock_timestamp() + interval '10 minutes'
      from rag.conversation c where c.user_id = p_user and c.id = p_id
    on conflict (user_id, conversation_id) do update set problem = excluded.problem, attempts = f.attempts + 1,
      retry_at = clock_timestamp() + least(interval '10 minutes' * 2 ^ least(f.attempts, 10), interval '1 day')
$$;

-- Deletes those that are still due and that nobody holds. Of more than p_most messages some go, the newest first, and the
-- conversation is out of sight until the last: `partly`. `failed` is left alone until it is to be tried again.
create function rag.purge_conversations(
  p_policy jsonb, p_as_of timestamptz, p_users uuid[], p_ids text[], p_most int
) returns table (user_id uuid, conversation_id text, outcome text, messages int, problem text)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_key record;
  v_conversation rag.conversation;
begin
  for v_key in select k.owner, k.id from unnest(p_users, p_ids) k(owner, id) loop
    user_id := v_key.owner;
    conversation_id := v_key.id;
    outcome := 'spared';
    messages := 0;
    problem := null;
    begin
      select c.* into v_conversation from rag.conversation c
        where c.user_id = v_key.owner and c.id = v_key.id for update skip locked;
      if found and rag.is_due(v_conversation, p_policy, rag.days_kept(v_key.owner, p_policy), p_as_of) then
        select count(*)::int into messages from (
          select from rag.message m where m.user_id = v_key.owner and m.conversation_id = v_key.id limit p_most + 1
        ) counted;
        if messages > p_most then
          outcome := 'partly';
          messages := p_most;
          update rag.conversation c set deleted_at = '-infinity'
            where c.user_id = v_key.owner and c.id = v_key.id and c.deleted_at is distinct from '-infinity';
          delete from rag.message m where m.user_id = v_key.owner and m.id in (
            select o.id from rag.message o where o.user_id = v_key.owner and o.conversation_id = v_key.id
              order by o.id desc limit p_most);
        else
          outcome := 'deleted';
          delete from rag.conversation c where c.user_id = v_key.owner and c.id = v_key.id;
        end if;
      end if;
    exception when others then
      outcome := 'failed';
      messages := 0;
      problem := sqlstate;
      perform rag.report_purge_failure(v_key.owner, v_key.id, sqlstate);
    end;
    return next;
  end loop;
end $$;

create function rag.read_purge() returns setof rag.purge
language sql stable security definer set search_path = '' as $$
  select p.* from rag.purge p
$$;

create function rag.list_purge_failures(p_limit int) returns setof rag.purge_failure
language sql stable security definer set search_path = '' as $$
  select f.* from rag.purge_failure f order by f.first_failed_at limit p_limit
$$;

create function rag.count_purge_failures() returns int
language sql stable security definer set search_path = '' as $$
  select count(*)::int from rag.purge_failure
$$;

-- A machine asks for a pass now, or only how the last one went.
create function rag.ask_for_purge(p_client text, p_jti text, p_now boolean) returns setof rag.purge
language plpgsql security definer set search_path = '' as $$
begin
  perform rag.enter_machine(p_client, p_jti);
  if p_now then
    update rag.purge p set next_at = least(p.next_at, clock_timestamp());
  end if;
  return query select p.* from rag.purge p;
end $$;

revoke all on function
  rag.next_purge_at(),
  rag.begin_purge(uuid, int, boolean, timestamptz),
  rag.continue_purge(uuid, int, int, int, int),
  rag.end_purge(uuid, int),
  rag.find_due(jsonb, timestamptz, uuid, text, int, int),
  rag.report_purge_failure(uuid, text, text),
  rag.purge_conversations(jsonb, timestamptz, uuid[], text[], int),
  rag.read_purge(),
  rag.list_purge_failures(int),
  rag.count_purge_failures(),
  rag.ask_for_purge(text, text, boolean)
from public;
grant execute on function
  rag.next_purge_at(),
  rag.begin_purge(uuid, int, boolean, timestamptz),
  rag.continue_purge(uuid, int, int, int, int),
  rag.end_purge(uuid, int),
  rag.find_due(jsonb, timestamptz, uuid, text, int, int),
  rag.report_purge_failure(uuid, text, text),
  rag.purge_conversations(jsonb, timestamptz, uuid[], text[], int),
  rag.read_purge(),
  rag.list_purge_failures(int),
  rag.count_purge_failures(),
  rag.ask_for_purge(text, text, boolean)
to rag_api;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;
