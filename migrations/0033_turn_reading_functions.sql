-- What readers of a turn and of a conversation are given: no more than they need, and no more than a page should hold.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- As before; and a regeneration that names no message means the question that is shown, not a newer revision of it.
create or replace function rag.find_question(
  p_user uuid, p_conversation_id text, p_head uuid, p_trigger text, p_target text, p_client_message_id text
) returns setof rag.message
language plpgsql stable set search_path = '' as $$
declare
  v_found rag.message;
begin
  if p_trigger = 'submit' then
    return query select m.* from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id
        and m.client_message_id = p_client_message_id and m.revision = 0;
    return;
  end if;
  select m.* into v_found from rag.find_message(p_user, p_conversation_id, p_target) m;
  if p_trigger = 'regenerate' then
    if not found then
      select q.* into v_found from rag.message h
        join rag.message q on q.user_id = p_user and q.conversation_id = p_conversation_id
          and q.id = case h.role when 'assistant' then h.parent_id else h.id end
        where h.user_id = p_user and h.conversation_id = p_conversation_id and h.id = p_head
          and coalesce(p_client_message_id in (q.client_message_id, q.id::text), true);
      if not found then
        select m.* into v_found from rag.find_message(p_user, p_conversation_id, p_client_message_id) m;
      end if;
    end if;
    return query select m.* from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id
        and m.id = case v_found.role when 'assistant' then v_found.parent_id else v_found.id end;
    return;
  end if;
  if v_found.role = 'assistant' then
    raise exception 'trigger_unsupported' using errcode = 'RG422';
  end if;
  return query select m.* from rag.message m
    where m.user_id = p_user and m.conversation_id = p_conversation_id
      and m.client_message_id = v_found.client_message_id
    order by m.revision desc limit 1;
end $$;

-- As before; but who joins a run that another request has started needs no history: it writes nothing.
create or replace function rag.start_turn(
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
        case when v_run.id = p_run_id
          then rag.branch_history(p_user, p_conversation_id, v_question.parent_id, p_history_limit) else '[]' end;
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

drop function rag.get_run_state(uuid, uuid, uuid);

-- The run and its text behind p_position characters: a reader asks each second, and has seen the rest.
create function rag.get_run_state(p_user uuid, p_session uuid, p_run_id uuid, p_position int default 0)
returns table (
  conversation_id text, user_message_id uuid, assistant_message_id uuid,
  status text, text text, sources jsonb, agent jsonb, error_code text
)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    select r.conversation_id, r.user_message_id, r.assistant_message_id, m.status,
           case when p_position = 0 then m.text else substr(m.text, p_position + 1) end,
           -- They stand before the text, so that whoever has some of it has seen them.
           case when p_position = 0 then m.sources else '[]' end, m.agent, m.error_code
      from rag.run r join rag.message m on m.user_id = r.user_id and m.id = r.assistant_message_id
      where r.user_id = p_user and r.id = p_run_id;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

drop function rag.list_messages(uuid, uuid, text, int, timestamptz, uuid, boolean);

-- As before; but a page ends after about 4 MiB, however few messages those are. `follows`: there is one after this.
create function rag.list_messages(
  p_user uuid, p_session uuid, p_conversation_id text, p_limit int, p_before_created_at timestamptz, p_before_id uuid,
  p_all_branches boolean default false
) returns table (
  id uuid, conversation_id text, client_message_id text, revision int, parent_id uuid, role text, status text,
  text text, sources jsonb, agent jsonb, error_code text, created_at timestamptz, updated_at timestamptz,
  sibling_ids uuid[], feedback jsonb, follows boolean
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
    select n.id, n.conversation_id, n.client_message_id, n.revision, n.parent_id, n.role, n.status,
           n.text, n.sources, n.agent, n.error_code, n.created_at, n.updated_at,
           rag.list_siblings(p_user, p_conversation_id, n.parent_id, n.role),
           case when f.message_id is not null then jsonb_build_object('rating', f.rating, 'comment', f.comment) end,
           n.follows
      from (
        select m.*, page.place, lead(true, 1, false) over (order by page.place) as follows,
               sum(octet_length(m.text) + octet_length(m.sources::text)) over (
                 order by page.place rows between unbounded preceding and 1 preceding) as bytes_before
          from (
            select b.* from rag.list_branch(p_user, p_conversation_id, v_from, p_limit) b where not p_all_branches
            union all
            select a.* from rag.list_all_branches(p_user, p_conversation_id, p_limit, p_before_created_at, p_before_id) a
              where p_all_branches
          ) page
          join rag.message m on m.user_id = p_user and m.id = page.message_id
      ) n
      left join rag.feedback f on f.user_id = p_user and f.message_id = n.id
      where coalesce(n.bytes_before, 0) < 4194304
      order by n.place;
end $$;

grant execute on function
  rag.get_run_state(uuid, uuid, uuid, int),
  rag.list_messages(uuid, uuid, text, int, timestamptz, uuid, boolean)
to rag_api;

grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

-- As before, by the primary key of the documents.
create or replace function rag.mark_removed_sources(p_sources jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select case when p_sources = '[]' then p_sources else (
    select jsonb_agg(
        case when exists (select from rag.document d where d.id = (s.source ->> 'documentId')::uuid) then s.source
             else s.source || '{"sourceRemoved": true}' end
        order by s.place)
      from jsonb_array_elements(p_sources) with ordinality s(source, place)
  ) end
$$;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;
