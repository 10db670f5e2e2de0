-- Machine clients and the revocation feed: who may do what, and what fills the feed.

grant select, insert, update, delete on auth.oauth_client, auth.oauth_resource, auth.oauth_client_resource to auth_gateway;
grant select, insert, update, delete on auth.revocation to auth_gateway;
grant select on sequence auth.revocation_id_seq to auth_gateway;

-- A trigger, because sessions end in many ways: sign-out, a list of them, a ban, a cascade from the account.
-- An access token lives 5 minutes; 10 leave room for the leeway of verifiers and for clocks that differ.
create function auth.note_revocation() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_kind constant text := tg_argv[0];
  v_value constant text := to_jsonb(old) ->> tg_argv[1];
begin
  insert into auth.revocation as r (kind, digest, not_before, expires_at)
    values (
      v_kind,
      rtrim(translate(encode(substr(sha256(convert_to(v_value, 'UTF8')), 1, 16), 'base64'), '+/', '-_'), '='),
      case when v_kind = 'subject' then floor(extract(epoch from clock_timestamp()))::bigint + 1 end,
      clock_timestamp() + interval '10 minutes'
    )
    on conflict (kind, digest) do update set not_before = excluded.not_before, expires_at = excluded.expires_at;
  return null;
end $$;

revoke all on function auth.note_revocation() from public;

create trigger session_ended after delete on auth.session
  for each row when (old.expires_at > now() - interval '10 minutes')
  execute function auth.note_revocation('session', 'id');

create trigger user_deleted after delete on auth."user"
  for each row execute function auth.note_revocation('subject', 'id');

create trigger user_banned after update of banned on auth."user"
  for each row when (new.banned and old.banned is distinct from true)
  execute function auth.note_revocation('subject', 'id');

create trigger client_deleted after delete on auth.oauth_client
  for each row execute function auth.note_revocation('subject', 'client_id');

create trigger client_disabled after update of disabled on auth.oauth_client
  for each row when (new.disabled and old.disabled is distinct from true)
  execute function auth.note_revocation('subject', 'client_id');
