-- What the gateway may do with the tables of an account's life. The view was made anew, so its one reader is named again.

grant select, insert, update, delete on auth.mail_outbox to auth_gateway;
grant select, insert, delete on auth.mail_token to auth_gateway;
grant select, insert, update, delete on auth."twoFactor", auth.passkey to auth_gateway;

grant select on auth.live_session to rag_system;
