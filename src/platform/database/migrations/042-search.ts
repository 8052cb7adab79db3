/**
 * Full-text search over what was said and written. What customers gave and wrote follows the facts into a table of words
 * of its own, so that the writer never waits for an index; the text itself stays where it is and can be erased there.
 */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(configuration)
  await knex.raw(words)
  await knex.raw(everyBeginning)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function search_query(text);
    drop trigger details_erased on details;
    drop function forget_words();
    drop table spoken_words;
    delete from projections where name = 'search';
    alter table notes drop column words;
    alter table cases drop column words;
    drop text search configuration centralita`)
}

// Words as they are written, without accents and case: one index for all languages; stems are for the query to try.
const configuration = `
  create text search configuration centralita (copy = simple);
  -- A server without unaccent finds words only as they were written.
  do $$ begin
    create extension if not exists unaccent;
    alter text search configuration centralita
      alter mapping for hword, hword_part, word with unaccent, simple;
  exception when others then
    raise notice 'words are searched with their accents: %', sqlerrm;
  end $$;
`

const words = `
  create table spoken_words (
    seq bigint not null,
    n smallint not null,
    interaction_id uuid not null,
    at bigint not null,
    kind text not null,
    words tsvector not null,
    primary key (seq, n)
  );
  create index spoken_words_newest on spoken_words (at desc, seq desc, n desc);
  create index spoken_words_words on spoken_words using gin (words);
  create index spoken_words_interaction on spoken_words (interaction_id);

  create function forget_words() returns trigger language plpgsql as $$ begin
    delete from spoken_words where seq = old.seq and n = old.n;
    return null;
  end $$;
  -- What is erased or rewritten can't be found by its words any more.
  create trigger details_erased after delete or update of body on details
    for each row execute function forget_words();

  alter table notes add column words tsvector generated always as (to_tsvector('centralita', text)) stored;
  create index notes_words on notes using gin (words);
  create index notes_newest on notes (at desc, id desc);
  alter table cases add column words tsvector generated always as (to_tsvector('centralita', subject)) stored;
  create index cases_words on cases using gin (words);
`

// Every word must be there, as the beginning of a word or by its stem in any language that Postgres can stem.
export const everyBeginning = `
  create or replace function search_query(in_text text) returns tsquery language plpgsql stable as $$
  declare
    word text;
    stem text;
    stemmer regconfig;
    asked tsquery;
    part tsquery;
  begin
    for word in
      select w from regexp_split_to_table(lower(in_text), '[^[:alnum:]]+') with ordinality s(w, i)
      where w <> '' group by w order by min(i) limit 8
    loop
      -- One or two letters begin too many words.
      part := to_tsquery('centralita', word || case when length(word) > 2 then ':*' else '' end);
      foreach stemmer in array array['english', 'romanian', 'russian', 'indonesian']::regconfig[] loop
        stem := (tsvector_to_array(to_tsvector(stemmer, word)))[1];
        if length(stem) > 3 and stem <> word then part := part || to_tsquery('centralita', stem || ':*'); end if;
      end loop;
      -- Languages without a stemmer, such as Polish, mostly change the last letter.
      if length(word) > 5 then part := part || to_tsquery('centralita', left(word, -1) || ':*'); end if;
      asked := case when asked is null then part else asked && part end;
    end loop;
    return coalesce(asked, ''::tsquery);
  end $$;
`
