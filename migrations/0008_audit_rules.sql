-- The audit trail is only added to: nobody but the purge below takes a row away, and nobody changes one.

grant select, insert on auth.audit_event, auth.audit_subject to auth_gateway;

-- Everybody has a name in the trail from the first moment, so that noting an event never has to make one.
create function auth.name_audit_subject() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into auth.audit_subject (user_id) values (new.id);
  return null;
end $$;
revoke all on function auth.name_audit_subject() from public;

create trigger user_audit_subject after insert on auth."user"
  for each row execute function auth.name_audit_subject();

insert into auth.audit_subject (user_id) select id from auth."user";

grant usage on schema auth to auth_system;
grant select (id, occurred_at), delete on auth.audit_event to auth_system;

grant auth_system to current_user with inherit false, set true;
grant create on schema auth to auth_system;
set local role auth_system;

-- Takes away at most p_limit rows that are older than p_days. The lower bound stands here, where the gateway can't
-- change it: whoever takes over the gateway can't erase what it did last month.
create function auth.purge_audit_events(p_days int, p_limit int) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_deleted int;
begin
  if p_days < 30 then
    raise exception 'audit events are kept for at least 30 days' using errcode = '22023';
  end if;
  delete from auth.audit_event e where e.id in (
    select o.id from auth.audit_event o where o.occurred_at < now() - make_interval(days => p_days)
      order by o.occurred_at limit p_limit
  );
  get diagnostics v_deleted = row_count;
  return v_deleted;
end $$;

revoke all on function auth.purge_audit_events(int, int) from public;
grant execute on function auth.purge_audit_events(int, int) to auth_gateway;

reset role;
revoke create on schema auth from auth_system;
revoke auth_system from current_user granted by current_user;
