-- Conversations and their messages: one function is one request (SECURITY INVOKER, so row-level security holds inside).

create function rag.me(p_user uuid, p_session uuid)
returns table (user_id uuid, session_id uuid, session_expires_at timestamptz)
language plpgsql set search_path = '' as $$
begin
  return query select p_user, p_session, rag.enter(p_user, p_session);
end $$;

create function rag.create_conversation(p_user uuid, p_session uuid, p_id text, p_title text, p_metadata jsonb)
returns table (
  id text, title text, title_source text, archived boolean, metadata jsonb,
  created_at timestamptz, updated_at timestamptz, created boolean
)
language plpgsql set search_path = '' as $$
declare
  v_created boolean;
begin
  perform rag.enter(p_user, p_session);
  insert into rag.conversation as c (user_id, id, title, title_source, metadata)
    values (p_user, p_id, coalesce(p_title, ''), case when p_title is null then 'auto' else 'user' end, p_metadata)
    on conflict do nothing;
  v_created := found;
  return query
    select c.id, c.title, c.title_source, c.archived, c.metadata, c.created_at, c.updated_at, v_created
      from rag.conversation c where c.user_id = p_user and c.id = p_id;
end $$;

-- 'infinity' keeps the row comparison an index condition on the first page too.
create function rag.list_conversations(
  p_user uuid, p_session uuid, p_limit int, p_archived boolean, p_before_updated_at timestamptz, p_before_id text
) returns setof rag.conversation
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    select c.* from rag.conversation c
      where c.user_id = p_user and c.archived = p_archived
        and (c.updated_at, c.id) < (coalesce(p_before_updated_at, 'infinity'), coalesce(p_before_id, ''))
      order by c.updated_at desc, c.id desc limit p_limit;
end $$;

create function rag.get_conversation(p_user uuid, p_session uuid, p_id text) returns setof rag.conversation
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query select c.* from rag.conversation c where c.user_id = p_user and c.id = p_id;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

-- updated_at is the time of the last turn: a rename does not move the conversation in the list.
create function rag.update_conversation(p_user uuid, p_session uuid, p_id text, p_changes jsonb)
returns setof rag.conversation
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query
    update rag.conversation c set
        title = coalesce(p_changes ->> 'title', c.title),
        title_source = case when p_changes ? 'title' then 'user' else c.title_source end,
        archived = coalesce((p_changes ->> 'archived')::boolean, c.archived),
        metadata = coalesce(p_changes -> 'metadata', c.metadata)
      where c.user_id = p_user and c.id = p_id
      returning c.*;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

create function rag.delete_conversation(p_user uuid, p_session uuid, p_id text) returns void
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  delete from rag.conversation c where c.user_id = p_user and c.id = p_id;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
end $$;

create function rag.list_messages(
  p_user uuid, p_session uuid, p_conversation_id text, p_limit int, p_before_created_at timestamptz, p_before_id uuid
) returns setof rag.message
language plpgsql set search_path = '' as $$
begin
  perform from rag.get_conversation(p_user, p_session, p_conversation_id);
  return query
    select m.* from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id
        and (m.created_at, m.id) < (coalesce(p_before_created_at, 'infinity'),
                                    coalesce(p_before_id, '00000000-0000-0000-0000-000000000000'))
      order by m.created_at desc, m.id desc limit p_limit;
end $$;

grant execute on function
  rag.me(uuid, uuid),
  rag.create_conversation(uuid, uuid, text, text, jsonb),
  rag.list_conversations(uuid, uuid, int, boolean, timestamptz, text),
  rag.get_conversation(uuid, uuid, text),
  rag.update_conversation(uuid, uuid, text, jsonb),
  rag.delete_conversation(uuid, uuid, text),
  rag.list_messages(uuid, uuid, text, int, timestamptz, uuid)
to rag_api;
