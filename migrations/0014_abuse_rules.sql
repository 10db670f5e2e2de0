-- What the gateway may do with the counters. Rows are rewritten in place (HOT), so pages keep room for it.

grant select, insert, update, delete on auth.attempt_counter to auth_gateway;

alter table auth.attempt_counter set (fillfactor = 70);
