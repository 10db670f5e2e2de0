-- The end of an account: who may do what, what refuses a sign-in meanwhile, and what counts a person's rows.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

grant select, insert, update, delete on auth.account_deletion to auth_gateway;
-- Receipts are only added.
grant select, insert on auth.erasure_receipt to auth_gateway;

-- The view was made anew, so its one reader is named again.
grant select on auth.live_session to rag_system;

-- From the moment on which a deletion is scheduled, verifiers refuse every token that was issued before.
create trigger deletion_scheduled after update of status on auth.account_deletion
  for each row when (old.status = 'confirm' and new.status = 'scheduled')
  execute function auth.note_revocation('subject', 'user_id');

-- Whoever schedules a deletion locks the user's row first. The check of the foreign key, which comes before this trigger
-- ("RI_…" sorts first), waits for that lock, so no session slips in between. It costs a sign-in no round trip.
create function auth.refuse_session_in_deletion() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from auth.account_deletion d where d.user_id = new.user_id and d.status <> 'confirm') then
    raise exception 'account_in_deletion' using errcode = 'RG403';
  end if;
  return null;
end $$;
revoke all on function auth.refuse_session_in_deletion() from public;

create trigger session_in_deletion after insert on auth.session
  for each row execute function auth.refuse_session_in_deletion();

-- Rows of a person in one schema, by table. What names its owner is asked for by that column. A table that does not, and
-- that the erasure registry does not know to be nobody's, is asked in every column that could hold the id or the
-- address: so a table that somebody planted is found. Null: the caller may not look, so nobody knows.
create function auth.count_rows_in_schema(p_schema text, p_user uuid, p_email text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_known constant text[] := array[
    'auth.attempt_counter', 'auth.audit_event', 'auth.erasure_receipt', 'auth.oauth_client_resource',
    'auth.oauth_resource', 'auth.revocation', 'auth.signing_key', 'auth.verification', 'rag.chunk', 'rag.document', 'rag.purge'
  ];
  v_table record;
  v_count bigint;
  v_counts jsonb := '{}';
begin
  for v_table in
    select c.oid::regclass::text as name,
           bool_and(has_column_privilege(c.oid, a.attnum, 'select')) and (not c.relrowsecurity or exists (
             select from pg_catalog.pg_policy p
               where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')
                 and (current_user::regrole)::oid = any (p.polroles)
                 and pg_get_expr(p.polqual, p.polrelid) = 'true'
           )) as readable,
           string_agg(case a.atttypid when 'uuid'::regtype then format('%I = $1', a.attname)
                                      else format('lower(%I::text) in ($1::text, $2)', a.attname) end, ' or ') as is_theirs
      from pg_catalog.pg_class c
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      cross join lateral (
        select exists (select from pg_catalog.pg_attribute o where o.attrelid = c.oid and not o.attisdropped
                         and o.attname = 'user_id' and o.atttypid = 'uuid'::regtype) as owned
      ) t
      where c.relnamespace = p_schema::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.oid::regclass::text <> all (v_known)
        and case when c.oid = 'auth."user"'::regclass then a.attname = 'id'
                 when t.owned then a.attname = 'user_id' and a.atttypid = 'uuid'::regtype
                 else a.atttypid in ('uuid'::regtype, 'text'::regtype, 'character varying'::regtype) end
      group by c.oid, c.relrowsecurity
  loop
    v_count := null;
    if v_table.readable then
      execute format('select count(*) from %s where %s', v_table.name, v_table.is_theirs)
        into v_count using p_user, lower(p_email);
    end if;
    v_counts := v_counts || jsonb_build_object(replace(v_table.name, '"', ''), v_count);
  end loop;
  return v_counts;
end $$;
revoke all on function auth.count_rows_in_schema(text, uuid, text) from public;
grant execute on function auth.count_rows_in_schema(text, uuid, text) to auth_system, rag_system;

grant rag_system to current_user with inherit false, set true;
grant create on schema rag to rag_system;
set local role rag_system;

create function rag.count_personal_rows(p_user uuid, p_email text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  return auth.count_rows_in_schema('rag', p_user, p_email);
end $$;
revoke all on function rag.count_personal_rows(uuid, text) from public;
grant execute on function rag.count_personal_rows(uuid, text) to auth_system;

reset role;
revoke create on schema rag from rag_system;
revoke rag_system from current_user granted by current_user;

-- What the erasure counts. rag_system lacks the tables that only rag-api needs otherwise.
grant select on rag.feedback, rag.turn_allowance to rag_system;
grant usage on schema rag to auth_system;
grant select (id, email) on auth."user" to auth_system;
grant select (user_id) on auth.session, auth.account, auth."twoFactor", auth.passkey, auth.mail_token, auth.mail_outbox,
  auth.audit_subject, auth.account_deletion, auth.oauth_client to auth_system;
grant select (identifier, value) on auth.verification to auth_system;
grant select, update on sequence auth.revocation_id_seq to auth_system;

grant auth_system to current_user with inherit false, set true;
grant create on schema auth to auth_system;
set local role auth_system;

-- Every row of a person in both schemas, by table; asked before and after an erasure, in its transaction.
create function auth.count_personal_rows(p_user uuid, p_email text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  return auth.count_rows_in_schema('auth', p_user, p_email) || rag.count_personal_rows(p_user, p_email)
    || jsonb_build_object('auth.verification', (
         select count(*) from auth.verification v
           where position(p_user::text in v.identifier || ' ' || v.value) > 0
              or position(p_email in v.identifier || ' ' || v.value) > 0
       ));
end $$;

revoke all on function auth.count_personal_rows(uuid, text) from public;
grant execute on function auth.count_personal_rows(uuid, text) to auth_gateway;

-- After a restore the sequence is where the backup left it, and readers refuse a cursor that falls. Milliseconds since the
-- epoch are beyond whatever it had counted to.
create function auth.raise_revocation_cursor() returns bigint
language plpgsql security definer set search_path = '' as $$
begin
  return setval('auth.revocation_id_seq', greatest(
    nextval('auth.revocation_id_seq'), (extract(epoch from clock_timestamp()) * 1000)::bigint
  ));
end $$;

revoke all on function auth.raise_revocation_cursor() from public;
grant execute on function auth.raise_revocation_cursor() to auth_gateway;

reset role;
revoke create on schema auth from auth_system;
revoke auth_system from current_user granted by current_user;
