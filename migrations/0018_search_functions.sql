-- Search over titles and messages; the filters of the list of conversations; the agent that a conversation is known by.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

create function rag.remember_agent() returns trigger
language plpgsql set search_path = '' as $$
begin
  update rag.conversation c set agent = new.agent ->> 'name'
    where c.user_id = new.user_id and c.id = new.conversation_id and c.agent is distinct from new.agent ->> 'name';
  return null;
end $$;

create trigger message_agent after insert on rag.message
  for each row when (new.agent ->> 'name' is not null) execute function rag.remember_agent();

-- A regular expression for what the query matches in this text, or null. An index knows stems; a reader sees words.
create function rag.build_highlight_pattern(p_tsv tsvector, p_query tsquery) returns text
language sql stable set search_path = '' as $$
  with wanted as materialized (
    select tsvector_to_array(strip(regexp_replace(p_query::text, '[&|()]', ' ', 'g')::tsvector)) as lexemes
  ), found as (
    select f.lexeme, f.lexeme ~ '[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]'
        as unspaced
      from wanted q cross join lateral unnest(tsvector_to_array(p_tsv)) f(lexeme)
      where f.lexeme = any (q.lexemes)
        -- A stem keeps its word's first letter, but for an accent: that spares most dictionary lookups.
        or translate(left(f.lexeme, 1), 'äöü', 'aou') in (select left(l, 1) from unnest(q.lexemes) u(l))
          and q.lexemes && (
            ts_lexize('pg_catalog.english_stem', f.lexeme) || ts_lexize('pg_catalog.german_stem', f.lexeme)
            || ts_lexize('pg_catalog.french_stem', f.lexeme) || ts_lexize('pg_catalog.spanish_stem', f.lexeme)
            || ts_lexize('pg_catalog.italian_stem', f.lexeme) || ts_lexize('pg_catalog.portuguese_stem', f.lexeme)
            || ts_lexize('pg_catalog.dutch_stem', f.lexeme) || ts_lexize('pg_catalog.russian_stem', f.lexeme))
  )
  select nullif(concat_ws('|',
    '(?<![[:alnum:]])(?:' || string_agg(f.lexeme, '|') filter (where not f.unspaced) || ')(?![[:alnum:]])',
    '(?:' || string_agg(f.lexeme, '|') filter (where f.unspaced) || ')+'), '')
    from (select * from found limit 100) f
$$;

-- The part of a text around the first match, with U+E000 before each match and U+E001 after it. The text's own such
-- characters are removed first, so that no message can bring a mark with it.
create function rag.mark_matches(p_text text, p_pattern text, p_length int) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_text text := translate(p_text, E'\uE000\uE001', '');
  v_at int;
  v_start int;
  v_part text;
begin
  if p_pattern is null then
    return left(v_text, p_length);
  end if;
  v_at := regexp_instr(v_text, p_pattern, 1, 1, 0, 'i');
  if v_at = 0 then
    -- The index also folds compatibility forms, such as full-width letters.
    v_text := normalize(v_text, NFKC);
    v_at := regexp_instr(v_text, p_pattern, 1, 1, 0, 'i');
  end if;
  v_start := case when length(v_text) <= p_length then 1 else greatest(1, v_at - p_length / 4) end;
  v_part := substr(v_text, v_start, p_length);
  if v_start > 1 then
    v_part := '…' || regexp_replace(v_part, '^\S{0,20}\s+', '');
  end if;
  if v_start + p_length <= length(v_text) then
    v_part := v_part || '…';
  end if;
  return regexp_replace(v_part, p_pattern, E'\uE000\\&\uE001', 'gi');
end $$;

create function rag.is_wanted(
  p_user uuid, p_conversation_id text, p_archived boolean, p_pinned boolean, p_agent text,
  p_updated_after timestamptz, p_updated_before timestamptz
) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from rag.conversation c where c.user_id = p_user and c.id = p_conversation_id
      and (p_archived is null or c.archived = p_archived) and (p_pinned is null or c.pinned = p_pinned)
      and (p_agent is null or c.agent = p_agent)
      and c.updated_at >= coalesce(p_updated_after, '-infinity')
      and c.updated_at < coalesce(p_updated_before, 'infinity'));
end $$;

-- A window is the newest 200 matches before p_to: ranking all matches of a common word would read half the table. Ids
-- are UUIDv7, so their order is that of time. The newest 2,000 messages are read first: a common word is found there,
-- and only a rarer one needs the index. p_from is given when the window was chosen before: then it is all between.
-- A generic plan knows nothing of the words, and reads all messages of the user: hence force_custom_plan.
create function rag.list_search_window(
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
  v_all constant boolean := num_nonnulls(p_archived, p_pinned, p_agent, p_updated_after, p_updated_before) = 0;
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
                where c.user_id = p_user
                  and (p_archived is null or c.archived = p_archived) and (p_pinned is null or c.pinned = p_pinned)
                  and (p_agent is null or c.agent = p_agent)
                  and c.updated_at >= coalesce(p_updated_after, '-infinity')
                  and c.updated_at < coalesce(p_updated_before, 'infinity'))
            order by n.id desc limit case when p_from is null then c_size end) h;
  window_from := case when p_from is null and cardinality(ids) = c_size then ids[c_size] else v_low end;
end $$;

grant execute on function
  rag.build_highlight_pattern(tsvector, tsquery), rag.mark_matches(text, text, int),
  rag.is_wanted(uuid, text, boolean, boolean, text, timestamptz, timestamptz),
  rag.list_search_window(uuid, tsquery, boolean, boolean, text, timestamptz, timestamptz, uuid, uuid)
to rag_system;

drop function rag.list_conversations(uuid, uuid, int, boolean, timestamptz, text);

-- The bounds are computed before the query: an expression such as coalesce() counts as leaky under row-level security,
-- and in a generic plan the keyset would be a filter on all rows of the user, not an index condition.
create function rag.list_conversations(
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
      where c.user_id = p_user and c.archived = p_archived
        and (p_pinned is null or c.pinned = p_pinned)
        and (p_agent is null or c.agent = p_agent)
        and c.updated_at >= v_low and (c.updated_at, c.id) < (v_high, v_high_id)
      order by c.updated_at desc, c.id desc limit p_limit;
end $$;

-- Counts to p_most and no further: a number that nobody reads to the end must not cost a walk over everything.
create function rag.count_conversations(
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
        where c.user_id = p_user and c.archived = p_archived
          and (p_pinned is null or c.pinned = p_pinned)
          and (p_agent is null or c.agent = p_agent)
          and c.updated_at >= v_low and c.updated_at < v_high
        limit p_most
    ) counted
  );
end $$;

-- The caller's own; row-level security would keep `@@` from its index, so the work is done by rag.find_matches.
create function rag.search(
  p_user uuid, p_session uuid, p_query text, p_limit int, p_archived boolean, p_pinned boolean, p_agent text,
  p_updated_after timestamptz, p_updated_before timestamptz,
  p_section text, p_rank int, p_id text, p_window_from uuid, p_window_to uuid
) returns table (
  section text, rank int, id text, window_from uuid, window_to uuid,
  conversation_id text, title text, role text, created_at timestamptz, excerpt text
)
language plpgsql set search_path = '' as $$
begin
  perform rag.enter(p_user, p_session);
  return query select * from rag.find_matches(p_query, p_limit, p_archived, p_pinned, p_agent, p_updated_after,
    p_updated_before, p_section, p_rank, p_id, p_window_from, p_window_to);
end $$;

grant execute on function
  rag.list_conversations(uuid, uuid, int, boolean, boolean, text, timestamptz, timestamptz, timestamptz, text),
  rag.count_conversations(uuid, uuid, int, boolean, boolean, text, timestamptz, timestamptz),
  rag.search(uuid, uuid, text, int, boolean, boolean, text, timestamptz, timestamptz, text, int, text, uuid, uuid)
to rag_api;

grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

-- The user comes from rag.enter's setting, never from a parameter. Titles come first, the best first; then messages,
-- window by window, the best of each first. The last item's key and window are where the next page begins.
create function rag.find_matches(
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
          where c.user_id = v_user and c.tsv @@ v_query
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

revoke all on function
  rag.find_matches(text, int, boolean, boolean, text, timestamptz, timestamptz, text, int, text, uuid, uuid)
from public;
grant execute on function
  rag.find_matches(text, int, boolean, boolean, text, timestamptz, timestamptz, text, int, text, uuid, uuid)
to rag_api;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;
