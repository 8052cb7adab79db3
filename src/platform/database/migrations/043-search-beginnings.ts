/** A search looks for the shortest beginning that it would try alone: whatever begins with a longer one is found by it. */
import type { Knex } from 'knex'
import { everyBeginning } from './042-search.ts'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(shortest)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(everyBeginning)
}

const shortest = `
  create or replace function search_query(in_text text) returns tsquery language plpgsql stable as $$
  declare
    word text;
    beginning text;
    beginnings text[];
    asked tsquery;
    part tsquery;
  begin
    for word in
      select w from regexp_split_to_table(lower(in_text), '[^[:alnum:]]+') with ordinality s(w, i)
      where w <> '' group by w order by min(i) limit 8
    loop
      -- One or two letters begin too many words.
      if length(word) < 3 then
        part := to_tsquery('centralita', word);
      else
        -- Its stems, and the word itself; languages without a stemmer, such as Polish, mostly change the last letter.
        select array_agg(s) into beginnings from (
          select word as s
          union select (tsvector_to_array(to_tsvector(stemmer, word)))[1]
            from unnest(array['english', 'romanian', 'russian', 'indonesian']::regconfig[]) stemmer
          union select left(word, -1) where length(word) > 5) all_of_them
        where s is not null and (s = word or length(s) > 3);
        part := ''::tsquery;
        -- What begins with a longer one begins with the shorter: looking for both would cost twice.
        foreach beginning in array beginnings loop
          if not exists (select from unnest(beginnings) o where o <> beginning and starts_with(beginning, o)) then
            part := part || to_tsquery('centralita', beginning || ':*');
          end if;
        end loop;
      end if;
      asked := case when asked is null then part else asked && part end;
    end loop;
    return coalesce(asked, ''::tsquery);
  end $$;
`
