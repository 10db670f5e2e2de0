-- Counting tries, once with and once after each sign-in: as functions their plans are kept by the connection. Both take
-- their rows in the order of name and subject, so that two requests never wait for each other.
set local row_security = on;

-- Counts a try in all counters, or in none when one of them is used up; the answer has those that were raised, or those
-- that are used up. A counter that gets full is closed for a whole window more. The commit waits for no disk: a crash may
-- forget the last few tries, and requests that share a row don't queue for it.
create function auth.raise_counters(p_asked jsonb)
returns table (name text, count int, raised boolean, "secondsLeft" int)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  v_asked record;
  v_counter auth.attempt_counter;
  v_used_up boolean := false;
begin
  perform set_config('synchronous_commit', 'off', true);
  for v_asked in
    select a.name, a.subject, a.quota from jsonb_to_recordset(p_asked) as a (name text, subject text, quota int)
  loop
    select * into v_counter from auth.attempt_counter c
      where c.limit_name = v_asked.name and c.subject = v_asked.subject and c.count >= v_asked.quota and c.expires_at > now();
    if found then
      v_used_up := true;
      return query select v_counter.limit_name, v_counter.count, false, auth.seconds_until(v_counter.expires_at);
    end if;
  end loop;
  if v_used_up then
    return;
  end if;
  for v_asked in
    select a.name, a.subject, a.quota, now() + a."windowSeconds" * interval '1 second' as ends
      from jsonb_to_recordset(p_asked) as a (name text, subject text, quota int, "windowSeconds" float8)
      order by a.name, a.subject
  loop
    insert into auth.attempt_counter as c (limit_name, subject, count, expires_at)
      values (v_asked.name, v_asked.subject, 1, v_asked.ends)
      on conflict (limit_name, subject) do update set
        count = case when c.expires_at > now() then c.count + 1 else 1 end,
        expires_at = case
          when c.expires_at > now() and c.count + 1 <> v_asked.quota then c.expires_at else excluded.expires_at
        end
      returning * into v_counter;
    return query select v_counter.limit_name, v_counter.count, true, auth.seconds_until(v_counter.expires_at);
  end loop;
end $$;

-- At least one: what ends within this second is not over yet.
create function auth.seconds_until(p_end timestamptz) returns int
language sql stable set search_path = '' as $$
  select greatest(1, ceil(extract(epoch from p_end - now())))::int
$$;

-- Takes one try back from some counters, and forgets others.
create function auth.lower_counters(p_keys jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_key record;
begin
  perform set_config('synchronous_commit', 'off', true);
  for v_key in
    select k.name, k.subject, k.forget from jsonb_to_recordset(p_keys) as k (name text, subject text, forget boolean)
      order by k.name, k.subject
  loop
    if v_key.forget then
      delete from auth.attempt_counter c where c.limit_name = v_key.name and c.subject = v_key.subject;
    else
      update auth.attempt_counter c set count = c.count - 1
        where c.limit_name = v_key.name and c.subject = v_key.subject and c.count > 0 and c.expires_at > now();
    end if;
  end loop;
end $$;

revoke all on function auth.raise_counters(jsonb), auth.seconds_until(timestamptz), auth.lower_counters(jsonb) from public;
grant execute on function auth.raise_counters(jsonb), auth.seconds_until(timestamptz), auth.lower_counters(jsonb)
  to auth_gateway;
