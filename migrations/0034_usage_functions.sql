-- What an interrupted answer has cost: its worker died before it could count.
-- The body of a SQL function is planned when it is made: row_security = off, the runner's default, refuses that.
set local row_security = on;

-- A token for four ASCII characters or for one other, as rag-api estimates it.
create function rag.estimate_tokens(p_text text) returns int
language sql immutable strict set search_path = '' as $$
  select ceil(length(a.ascii) / 4.0)::int + length(p_text) - length(a.ascii)
    from (select regexp_replace(p_text, '[^\u0001-\u007f]', '', 'g') as ascii) a
$$;

-- The question and the passages are what is known of the prompt; the history and the instructions are not counted.
create function rag.estimate_usage() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_prompt int;
begin
  select rag.estimate_tokens(q.text) into v_prompt from rag.message q
    where q.user_id = new.user_id and q.id = new.parent_id;
  v_prompt := coalesce(v_prompt, 0) + coalesce(
    (select sum(rag.estimate_tokens(s.source ->> 'quote')) from jsonb_array_elements(new.sources) s(source)), 0);
  new.agent := new.agent || jsonb_build_object('finishReason', 'other', 'usage', jsonb_build_object(
    'inputTokens', v_prompt, 'outputTokens', rag.estimate_tokens(new.text), 'estimated', true));
  return new;
end $$;

create trigger message_usage before update of status on rag.message
  for each row when (
    old.status in ('queued', 'streaming') and new.status = 'interrupted'
    and new.agent ? 'model' and not new.agent ? 'usage'
  ) execute function rag.estimate_usage();

grant execute on function rag.estimate_tokens(text), rag.estimate_usage() to rag_api, rag_system;
