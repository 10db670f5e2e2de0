-- A turn of the chat: one transaction stores the question, the empty answer and the run that writes it.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- The branch that ends in p_head, oldest first, as the model's history.
create function rag.branch_history(p_user uuid, p_conversation_id text, p_head uuid, p_limit int) returns jsonb
language sql stable set search_path = '' as $$
  with recursive branch as (
    select m.parent_id, m.role, m.text, 1 as depth from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id and m.id = p_head
    union all
    select m.parent_id, m.role, m.text, b.depth + 1 from branch b
      join rag.message m on m.user_id = p_user and m.conversation_id = p_conversation_id and m.id = b.parent_id
      where b.depth < p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object('role', b.role, 'text', b.text) order by b.depth desc), '[]')
    from branch b where b.text <> ''
$$;

create function rag.start_turn(
  p_user uuid, p_session uuid, p_conversation_id text, p_client_message_id text, p_text text,
  p_user_message_id uuid, p_assistant_message_id uuid, p_run_id uuid, p_lease uuid, p_lease_seconds int,
  p_agent jsonb, p_history_limit int
) returns table (
  run_id uuid, user_message_id uuid, assistant_message_id uuid, created boolean, status text, history jsonb
)
language plpgsql set search_path = '' as $$
declare
  v_head uuid;
  v_known rag.message;
begin
  perform rag.enter(p_user, p_session);
  insert into rag.conversation as c (user_id, id, title, title_source)
    values (p_user, p_conversation_id, left(regexp_replace(btrim(p_text), '\s+', ' ', 'g'), 80), 'auto')
    on conflict do nothing;
  -- Turns of one conversation wait here for each other; the wait is one short transaction.
  select c.head_message_id into v_head from rag.conversation c
    where c.user_id = p_user and c.id = p_conversation_id for no key update;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;

  select m.* into v_known from rag.message m
    where m.user_id = p_user and m.conversation_id = p_conversation_id
      and m.client_message_id = p_client_message_id and m.revision = 0;
  if found then
    if v_known.text <> p_text then
      raise exception 'message_conflict' using errcode = 'RG409';
    end if;
    return query
      select r.id, r.user_message_id, r.assistant_message_id, false, r.status,
             rag.branch_history(p_user, p_conversation_id, v_known.parent_id, p_history_limit)
        from rag.run r
        where r.user_id = p_user and r.conversation_id = p_conversation_id and r.user_message_id = v_known.id
        order by r.created_at desc limit 1;
    return;
  end if;

  perform rag.interrupt_expired_run(p_user, p_conversation_id);
  if exists (
    select from rag.run r where r.user_id = p_user and r.conversation_id = p_conversation_id
      and r.status in ('queued', 'streaming')
  ) then
    raise exception 'conversation_busy' using errcode = 'RG409';
  end if;

  insert into rag.message (user_id, id, conversation_id, client_message_id, parent_id, role, status, text)
    values (p_user, p_user_message_id, p_conversation_id, p_client_message_id, v_head, 'user', 'complete', p_text);
  insert into rag.message (user_id, id, conversation_id, parent_id, role, status, agent)
    values (p_user, p_assistant_message_id, p_conversation_id, p_user_message_id, 'assistant', 'queued', p_agent);
  insert into rag.run (user_id, id, conversation_id, user_message_id, assistant_message_id, session_id, status,
                       lease, lease_expires_at)
    values (p_user, p_run_id, p_conversation_id, p_user_message_id, p_assistant_message_id, p_session, 'queued',
            p_lease, clock_timestamp() + make_interval(secs => p_lease_seconds));
  update rag.conversation c set head_message_id = p_assistant_message_id, updated_at = clock_timestamp(),
      title = case when c.title = '' and c.title_source = 'auto'
        then left(regexp_replace(btrim(p_text), '\s+', ' ', 'g'), 80) else c.title end
    where c.user_id = p_user and c.id = p_conversation_id;
  return query select p_run_id, p_user_message_id, p_assistant_message_id, true, 'queued',
    rag.branch_history(p_user, p_conversation_id, v_head, p_history_limit);
end $$;

-- A worker that died stopped renewing its lease; its run must not hold the conversation.
create function rag.interrupt_expired_run(p_user uuid, p_conversation_id text) returns void
language sql set search_path = '' as $$
  with expired as (
    update rag.run r set status = 'interrupted', finished_at = clock_timestamp()
      where r.user_id = p_user and r.conversation_id = p_conversation_id
        and r.status in ('queued', 'streaming') and r.lease_expires_at < clock_timestamp()
      returning r.assistant_message_id
  )
  update rag.message m set status = 'interrupted', updated_at = clock_timestamp()
    from expired e where m.user_id = p_user and m.id = e.assistant_message_id
$$;

create function rag.get_run_state(p_user uuid, p_session uuid, p_run_id uuid)
returns table (
  conversation_id text, user_message_id uuid, assistant_message_id uuid,
  status text, text text, sources jsonb, agent jsonb, error_code text
)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    select r.conversation_id, r.user_message_id, r.assistant_message_id,
           m.status, m.text, m.sources, m.agent, m.error_code
      from rag.run r join rag.message m on m.user_id = r.user_id and m.id = r.assistant_message_id
      where r.user_id = p_user and r.id = p_run_id;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

grant execute on function
  rag.branch_history(uuid, text, uuid, int),
  rag.interrupt_expired_run(uuid, text),
  rag.start_turn(uuid, uuid, text, text, text, uuid, uuid, uuid, uuid, int, jsonb, int),
  rag.get_run_state(uuid, uuid, uuid)
to rag_api;
