-- Pages whose bounds an index can use, the texts of many running answers in one statement, and the turns that are left.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- The bounds are computed before the query: an expression such as coalesce() counts as leaky under row-level security,
-- and the keyset would be a filter on all messages of the conversation, not an index condition. A generic plan does not
-- know how short a page is, and would sort the whole conversation: hence force_custom_plan.
create or replace function rag.list_all_branches(
  p_user uuid, p_conversation_id text, p_limit int, p_before_created_at timestamptz, p_before_id uuid
) returns table (message_id uuid, place int)
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_created_at constant timestamptz := coalesce(p_before_created_at, 'infinity');
  v_id constant uuid := coalesce(p_before_id, '00000000-0000-0000-0000-000000000000');
begin
  return query
    select m.id, row_number() over (order by m.created_at desc, m.id desc)::int from rag.message m
      where m.user_id = p_user and m.conversation_id = p_conversation_id and (m.created_at, m.id) < (v_created_at, v_id)
      order by m.created_at desc, m.id desc limit p_limit;
end $$;

-- A page is short: with the 1,000 rows that PostgreSQL assumes, it reads all messages there are to join them.
alter function rag.list_branch(uuid, text, uuid, int) rows 20;

-- rag.flush_run for each of several runs, whoever they belong to. Where one must wait for a lock, or fails in whatever
-- way, its state is null and the others are stored: its worker then flushes it by itself, and learns why.
create function rag.flush_runs(
  p_lease_seconds int, p_users uuid[], p_runs uuid[], p_leases uuid[], p_texts text[], p_sources jsonb[]
) returns setof text
language plpgsql set search_path = '' set lock_timeout = '100ms' as $$
begin
  for i in 1 .. cardinality(p_runs) loop
    begin
      return next rag.flush_run(p_users[i], p_runs[i], p_leases[i], p_lease_seconds, p_texts[i], p_sources[i]);
    exception when others then
      return next null;
    end;
  end loop;
end $$;

-- What rag.admit_turn would still let pass now, and in how many seconds all of it is regained.
create function rag.count_turns_left(p_user uuid, p_limits jsonb) returns table (turns_left int, turns_reset int)
language plpgsql set search_path = '' as $$
declare
  v_window constant interval := make_interval(secs => (p_limits ->> 'seconds')::int);
  v_cost constant interval := v_window / (p_limits ->> 'turns')::int;
  v_owed constant interval := greatest(interval '0', coalesce(
    (select a.regained_at from rag.turn_allowance a where a.user_id = p_user) - clock_timestamp(), interval '0'));
begin
  return query select greatest(0, floor(extract(epoch from v_window - v_owed) / extract(epoch from v_cost)))::int,
    ceil(extract(epoch from v_owed))::int;
end $$;

grant execute on function
  rag.flush_runs(int, uuid[], uuid[], uuid[], text[], jsonb[]),
  rag.count_turns_left(uuid, jsonb)
to rag_api;
