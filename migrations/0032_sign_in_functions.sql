-- A sign-in takes as long as its hash does; meanwhile the password may be reset, or the user banned.

-- Whether what a sign-in was let in by still holds: the hash that its password fitted, or, for a code, that the password
-- did not change since it was asked for. If not, what the sign-in made ends here. The locks wait for a change that is
-- under way, which then meets the session; a user's row is always locked before the account's.
create function auth.confirm_sign_in(p_user uuid, p_session uuid, p_hash text, p_since timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  -- Locks need no disk; and of a session that comes back after a crash nobody has the token.
  perform set_config('synchronous_commit', 'off', true);
  perform from auth."user" u where u.id = p_user for share;
  perform from auth."user" u join auth.account a on a.user_id = u.id
    where u.id = p_user and a.provider_id = 'credential'
      and (p_hash is null or a.password = p_hash) and (p_since is null or a.updated_at <= p_since)
      and not (coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > now()))
    for share of a;
  if found then
    return true;
  end if;
  delete from auth.session s where s.id = p_session;
  -- Codes that are waited for, and browsers that are asked for none.
  delete from auth.verification v
    where v.value = p_user::text and (v.identifier like '2fa-%' or v.identifier like 'trust-device-%');
  return false;
end $$;

revoke all on function auth.confirm_sign_in(uuid, uuid, text, timestamptz) from public;
grant execute on function auth.confirm_sign_in(uuid, uuid, text, timestamptz) to auth_gateway;
