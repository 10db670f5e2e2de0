-- Turns as branches: an edit and a regeneration make siblings, and nothing is overwritten. Runs are resumed and stopped.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- A message by our id or by the client's, of which the newest revision counts.
create function rag.find_message(p_user uuid, p_conversation_id text, p_reference text) returns setof rag.message
language sql stable set search_path = '' as $$
  select m.* from rag.message m
    where m.user_id = p_user and m.conversation_id = p_conversation_id
      and (m.client_message_id = p_reference
           or m.id = case when p_reference ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
                          then p_reference::uuid end)
    order by m.revision desc limit 1
$$;

-- Makes the conversation if there is a question to begin it with; turns of one conversation wait here for each other.
create function rag.lock_conversation(p_user uuid, p_conversation_id text, p_text text) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_head uuid;
begin
  if p_text is not null then
    insert into rag.conversation as c (user_id, id, title, title_source)
      values (p_user, p_conversation_id, left(regexp_replace(btrim(p_text), '\s+', ' ', 'g'), 80), 'auto')
      on conflict do nothing;
  end if;
  select c.head_message_id into v_head from rag.conversation c
    where c.user_id = p_user and c.id = p_conversation_id for no key update;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
  return v_head;
end $$;

-- The stored question that a turn speaks of; no row for one that never arrived, whatever the client takes it for.
create function rag.find_question(
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
      select m.* into v_found
        from rag.find_message(p_user, p_conversation_id, coalesce(p_client_message_id, p_head::text)) m;
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

-- The run that answers this very request already. A repeated edit is told by the conversation standing where it left it.
create function rag.find_repeated_run(p_question rag.message, p_head uuid, p_trigger text, p_text text)
returns setof rag.run
language plpgsql stable set search_path = '' as $$
begin
  if p_trigger = 'submit' and p_question.text <> p_text then
    raise exception 'message_conflict' using errcode = 'RG409';
  end if;
  return query
    select r.* from rag.run r
      where r.user_id = p_question.user_id and r.conversation_id = p_question.conversation_id
        and r.user_message_id = p_question.id
        and case p_trigger
              when 'submit' then true
              when 'regenerate' then r.status in ('queued', 'streaming')
              else p_question.text = p_text and exists (
                select from rag.message h where h.user_id = p_question.user_id and h.id = p_head
                  and h.parent_id = p_question.id)
            end
      order by r.created_at desc limit 1;
end $$;

drop function rag.start_turn(uuid, uuid, text, text, text, uuid, uuid, uuid, uuid, int, jsonb, int);

-- p_trigger: submit, edit (p_target: the edited message) or regenerate (p_target: the answer, or its question).
create function rag.start_turn(
  p_user uuid, p_session uuid, p_conversation_id text, p_client_message_id text, p_text text,
  p_user_message_id uuid, p_assistant_message_id uuid, p_run_id uuid, p_lease uuid, p_lease_seconds int,
  p_agent jsonb, p_history_limit int, p_trigger text default 'submit', p_target text default null
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

-- The run that a reader goes on with: the one it names, else the active one; no row when nothing is being written.
create function rag.find_run_state(p_user uuid, p_session uuid, p_conversation_id text, p_run_id uuid)
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
      where r.user_id = p_user and r.conversation_id = p_conversation_id
        and (r.id = p_run_id or r.status in ('queued', 'streaming'))
      order by r.id is not distinct from p_run_id desc limit 1;
end $$;

-- Asks for the end of the active run, or of p_run_id only, and gives its id for as long as it has not ended.
create function rag.stop_run(p_user uuid, p_session uuid, p_conversation_id text, p_run_id uuid) returns uuid
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  perform from rag.conversation c where c.user_id = p_user and c.id = p_conversation_id for key share;
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

grant execute on function
  rag.find_message(uuid, text, text),
  rag.lock_conversation(uuid, text, text),
  rag.find_question(uuid, text, uuid, text, text, text),
  rag.find_repeated_run(rag.message, uuid, text, text),
  rag.start_turn(uuid, uuid, text, text, text, uuid, uuid, uuid, uuid, int, jsonb, int, text, text),
  rag.find_run_state(uuid, uuid, text, uuid),
  rag.stop_run(uuid, uuid, text, uuid)
to rag_api;

grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

-- As before, and 'stop_requested' when somebody asked for the end.
create or replace function rag.flush_run(
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
  return case when v_run.stop_requested then 'stop_requested' else 'live' end;
end $$;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;
