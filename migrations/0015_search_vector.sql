-- Full text for any language: exact words, the stems of the text's own language, and bigrams where words have no spaces.
-- rag.to_search_vector(text) makes what is searched, rag.to_search_terms(text) what is asked for: join its parts with
-- ' & ' for "all of them" (messages) or ' | ' for "any of them" (passages), and cast to tsquery.
-- All of it is IMMUTABLE, so that generated columns may use it; a change of behaviour needs those columns rewritten.
set local row_security = on;

create extension if not exists btree_gin with schema public;

-- Compatibility forms become plain ones (full-width Latin, half-width kana); punctuation becomes space, so that
-- `rag.enter`, `to_search_vector` and `a/b` are found by their words. The result has no quote and no backslash.
create function rag.fold_text(p_text text) returns text
language plpgsql immutable strict parallel safe set search_path = '' as $$
begin
  return lower(translate(normalize(p_text, NFKC),
    E'\t\n\r!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~«»‹›“”„‘’‚–—…·•¿¡、。「」『』【】〈〉《》・',
    repeat(' ', 65)));
end $$;

-- The language whose commonest words occur most often in the beginning of a folded text. One aggregate over constant
-- lists: PostgreSQL hashes those, and every message that is written pays for this.
create function rag.find_language(p_folded text) returns regconfig
language plpgsql immutable strict parallel safe set search_path = '' as $$
declare
  v_counts bigint[];
  v_configs constant regconfig[] := '{pg_catalog.english,pg_catalog.german,pg_catalog.french,pg_catalog.spanish,
    pg_catalog.italian,pg_catalog.portuguese,pg_catalog.dutch,pg_catalog.russian}';
begin
  select array[
      count(*) filter (where w = any ('{the,and,is,of,to,in,that,it,for,with,are,was,you,this,how,what,not,have,can}'::text[])),
      count(*) filter (where w = any ('{der,die,das,und,ist,nicht,ein,eine,ich,wie,mit,für,auf,zu,den,von,wird,sich}'::text[])),
      count(*) filter (where w = any ('{le,la,les,des,et,est,un,une,dans,que,pour,pas,sur,avec,je,vous,qui,du,en}'::text[])),
      count(*) filter (where w = any ('{el,la,los,las,de,que,y,es,en,un,una,por,con,para,no,se,del,como,lo,qué}'::text[])),
      count(*) filter (where w = any ('{il,la,le,di,che,e,è,un,una,per,con,non,si,del,come,sono,gli,della,in}'::text[])),
      count(*) filter (where w = any ('{o,a,os,as,de,que,e,é,em,um,uma,por,com,para,não,se,do,da,como,na}'::text[])),
      count(*) filter (where w = any ('{de,het,een,en,van,is,niet,ik,dat,die,met,voor,op,te,zijn,hoe,wat}'::text[])),
      count(*) filter (where w = any ('{и,в,не,на,что,я,с,как,это,по,но,они,к,у,ты,из,мы,за,вы}'::text[]))
    ] into v_counts from unnest(string_to_array(left(p_folded, 600), ' ')) u(w);
  if 0 = all (v_counts) then
    return case when p_folded ~ '[\u0400-\u04ff]' then v_configs[8] else v_configs[1] end;
  end if;
  return v_configs[array_position(v_counts, (select max(n) from unnest(v_counts) m(n)))];
end $$;

-- Each Chinese, Japanese or Korean character, and each pair of neighbours, as words of their own.
create function rag.split_unspaced(p_folded text) returns text
language sql immutable strict parallel safe set search_path = '' as $$
  select coalesce(string_agg(case when p.b <> ' ' then p.a || ' ' || p.a || p.b else p.a end, ' '), '')
    from (select string_to_array(regexp_replace(p_folded,
            '[^\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+',
            ' ', 'g'), null)) c(chars)
    cross join lateral unnest(c.chars, c.chars[2:]) p(a, b)
    where p.a <> ' '
$$;

create function rag.drop_unspaced(p_folded text) returns text
language sql immutable strict parallel safe set search_path = '' as $$
  select regexp_replace(p_folded,
    '[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+',
    ' ', 'g')
$$;

-- Stems that are words of the text anyway are left out: they would only double the index.
create function rag.build_search_vector(p_folded text) returns tsvector
language plpgsql immutable strict parallel safe set search_path = '' as $$
declare
  v_words text := p_folded;
  v_unspaced tsvector := '';
  v_exact tsvector;
begin
  if p_folded ~ '[\u3005-\U0003ffff]' then
    v_words := rag.drop_unspaced(p_folded);
    v_unspaced := to_tsvector('pg_catalog.simple', rag.split_unspaced(p_folded));
  end if;
  v_exact := to_tsvector('pg_catalog.simple', v_words);
  return v_exact || ts_delete(to_tsvector(rag.find_language(v_words), v_words), tsvector_to_array(v_exact)) || v_unspaced;
end $$;

-- A tsvector holds 1 MB at most. A text that needs more is indexed by its beginning, and never refused: 40,000
-- characters can't need more than 20 bytes each (a character of 4 bytes and a pair of 8, with their positions).
create function rag.to_search_vector(p_text text) returns tsvector
language plpgsql immutable strict set search_path = '' as $$
declare
  v_folded text := rag.fold_text(left(p_text, 200000));
  v_limit int;
begin
  if octet_length(v_folded) <= 40000 then
    return rag.build_search_vector(v_folded);
  end if;
  foreach v_limit in array array[200000, 100000] loop
    begin
      return rag.build_search_vector(left(v_folded, v_limit));
    exception when program_limit_exceeded then
      -- The next limit is smaller.
    end;
  end loop;
  return rag.build_search_vector(left(v_folded, 40000));
end $$;

-- One part of a tsquery for each word: the word itself or its stem in any language, since a query is too short to tell
-- its language. Words without meaning are dropped while others remain.
create function rag.to_search_terms(p_query text) returns text[]
language sql immutable strict parallel safe set search_path = '' as $$
  with folded as materialized (
    select f.text, rag.find_language(f.text) as language from (select rag.fold_text(left(p_query, 1000))) f(text)
  ), word as (
    select w.lexeme, min(w.place) as place, length(to_tsvector(f.language, w.lexeme)) = 0 as empty
      from folded f
      cross join lateral unnest(string_to_array(rag.drop_unspaced(f.text), ' ')) with ordinality w(lexeme, place)
      where w.lexeme <> '' and octet_length(w.lexeme) < 2000
      group by w.lexeme, f.language
  ), unspaced as (
    select p.lexeme, min(p.place) as place
      from folded f
      cross join lateral unnest(string_to_array(rag.split_unspaced(f.text), ' ')) with ordinality p(lexeme, place)
      where p.lexeme <> '' group by p.lexeme
  ), term as (
    select w.place, string_agg(distinct '''' || s.lexeme || '''', ' | ') as part
      from word w
      cross join lateral (
        select w.lexeme
        union all
        select unnest(tsvector_to_array(to_tsvector(c.config, w.lexeme)))
          from (values ('pg_catalog.simple'::regconfig), ('pg_catalog.english'), ('pg_catalog.german'),
                       ('pg_catalog.french'), ('pg_catalog.spanish'), ('pg_catalog.italian'),
                       ('pg_catalog.portuguese'), ('pg_catalog.dutch'), ('pg_catalog.russian')) c(config)
      ) s
      where not w.empty or not exists (select from word o where not o.empty)
      group by w.place
    union all
    select 1000 + p.place, '''' || p.lexeme || '''' from unspaced p
      where not exists (select from unspaced o where strpos(o.lexeme, p.lexeme) > 0 and o.lexeme <> p.lexeme)
  )
  select coalesce(array_agg('(' || t.part || ')' order by t.place), '{}')
    from (select * from term order by place limit 64) t
$$;

grant execute on function
  rag.fold_text(text), rag.find_language(text), rag.split_unspaced(text), rag.drop_unspaced(text),
  rag.build_search_vector(text), rag.to_search_vector(text), rag.to_search_terms(text)
to rag_api, rag_system;
