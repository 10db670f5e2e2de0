-- Who may do what. The login roles own nothing; row-level security holds for every role, the owner included.

alter default privileges revoke execute on functions from public;
revoke all on schema auth, rag from public;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to auth_gateway, rag_api', current_database());
end $$;

alter role auth_gateway set statement_timeout = '15s';
alter role auth_gateway set lock_timeout = '5s';
alter role auth_gateway set idle_in_transaction_session_timeout = '15s';
alter role rag_api set statement_timeout = '15s';
alter role rag_api set lock_timeout = '5s';
alter role rag_api set idle_in_transaction_session_timeout = '15s';

grant usage on schema auth to auth_gateway;
grant select, insert, update, delete on auth."user", auth.session, auth.account, auth.verification to auth_gateway;
grant select, insert, update, delete on auth.signing_key to auth_gateway;

grant usage on schema rag to rag_api, rag_system;
grant select, insert, update, delete on rag.conversation, rag.message, rag.run to rag_api;
grant select, insert, update, delete on rag.conversation, rag.message, rag.run, rag.document, rag.chunk to rag_system;

-- rag_system alone sees the one view of `auth`; rag_api asks it through rag.enter.
grant usage on schema auth to rag_system;
grant select on auth.live_session to rag_system;

alter table rag.conversation force row level security;
alter table rag.message force row level security;
alter table rag.run force row level security;
alter table rag.document force row level security;
alter table rag.chunk force row level security;

-- The door of every request: sets the transaction's user, or refuses. SECURITY DEFINER only to read auth.live_session.
grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

create function rag.enter(p_user uuid, p_session uuid) returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare
  v_expires_at timestamptz;
begin
  select s.expires_at into v_expires_at from auth.live_session s where s.id = p_session and s.user_id = p_user;
  if not found then
    raise exception 'session_ended' using errcode = 'RG401';
  end if;
  perform set_config('app.user_id', p_user::text, true);
  return v_expires_at;
end $$;

revoke all on function rag.enter(uuid, uuid) from public;
grant execute on function rag.enter(uuid, uuid) to rag_api;

reset role;
revoke create on schema rag from rag_system;
