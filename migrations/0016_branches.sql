-- Conversations as trees: the branch of the head is what a reader sees, and every change makes a new version.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- Whoever changes a conversation, and by whichever function: its ETag changes, and a user's title stays.
create function rag.version_conversation() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  if old.title_source = 'user' and new.title_source = 'auto' then
    new.title := old.title;
    new.title_source := 'user';
  end if;
  return new;
end $$;

create trigger version before update on rag.conversation for each row execute function rag.version_conversation();

-- Refuses a change to another version than the client has seen; null stands for any. The row stays locked.
create function rag.require_version(p_user uuid, p_id text, p_versions bigint[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_version bigint;
begin
  select c.version into v_version from rag.conversation c where c.user_id = p_user and c.id = p_id for no key update;
  if not found then
    raise exception 'not_found' using errcode = 'RG404';
  end if;
  if not v_version = any (p_versions) then
    raise exception 'precondition_failed' using errcode = 'RG412';
  end if;
end $$;

-- The end of the newest branch through a message; null for a message of another conversation.
create function rag.find_leaf(p_user uuid, p_conversation_id text, p_message_id uuid) returns uuid
language sql stable set search_path = '' as $$
  with recursive path as (
    select m.id, 0 as depth from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id and m.id = p_message_id
    union all
    select child.id, p.depth + 1 from path p cross join lateral (
      select m.id from rag.message m
        where m.user_id = p_user and m.conversation_id = p_conversation_id and m.parent_id = p.id
        order by m.created_at desc, m.id desc limit 1
    ) child
  )
  select p.id from path p order by p.depth desc limit 1
$$;

drop function rag.delete_conversation(uuid, uuid, text);

create function rag.delete_conversation(
  p_user uuid, p_session uuid, p_id text, p_versions bigint[] default null
) returns void
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  perform rag.require_version(p_user, p_id, p_versions);
  delete from rag.conversation c where c.user_id = p_user and c.id = p_id;
end $$;

-- Upwards from a message, which is the first one: a page costs what it holds, however long the branch is.
create function rag.list_branch(p_user uuid, p_conversation_id text, p_from uuid, p_limit int)
returns table (message_id uuid, place int)
language sql stable set search_path = '' as $$
  with recursive branch as (
    select m.id, m.parent_id, 1 as place from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id and m.id = p_from
    union all
    select m.id, m.parent_id, b.place + 1 from branch b
      join rag.message m on m.user_id = p_user and m.conversation_id = p_conversation_id and m.id = b.parent_id
      where b.place < p_limit
  )
  select b.id, b.place from branch b
$$;

create function rag.list_all_branches(
  p_user uuid, p_conversation_id text, p_limit int, p_before_created_at timestamptz, p_before_id uuid
) returns table (message_id uuid, place int)
language sql stable set search_path = '' as $$
  select m.id, row_number() over (order by m.created_at desc, m.id desc)::int from rag.message m
    where m.user_id = p_user and m.conversation_id = p_conversation_id
      and (m.created_at, m.id) < (coalesce(p_before_created_at, 'infinity'),
                                  coalesce(p_before_id, '00000000-0000-0000-0000-000000000000'))
    order by m.created_at desc, m.id desc limit p_limit
$$;

-- The messages with the same parent, the oldest first: revisions of a question, or answers to one.
create function rag.list_siblings(p_user uuid, p_conversation_id text, p_parent_id uuid, p_role text) returns uuid[]
language sql stable set search_path = '' as $$
  select array_agg(s.id order by s.created_at, s.id) from (
    select m.id, m.created_at from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id and m.role = p_role
        and m.parent_id = p_parent_id
    union all
    select m.id, m.created_at from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id and m.role = p_role
        and m.parent_id is null and p_parent_id is null
  ) s
$$;

drop function rag.list_messages(uuid, uuid, text, int, timestamptz, uuid);

-- Newest first: the branch of the head, or, with p_all_branches, every message.
create function rag.list_messages(
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
    from rag.conversation c where c.user_id = p_user and c.id = p_conversation_id;
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
  rag.require_version(uuid, text, bigint[]),
  rag.find_leaf(uuid, text, uuid),
  rag.delete_conversation(uuid, uuid, text, bigint[]),
  rag.list_branch(uuid, text, uuid, int),
  rag.list_all_branches(uuid, text, int, timestamptz, uuid),
  rag.list_siblings(uuid, text, uuid, text),
  rag.list_messages(uuid, uuid, text, int, timestamptz, uuid, boolean)
to rag_api;
