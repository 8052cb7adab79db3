/** Articles with their revisions, what is published of them, what readers said, and canned replies. */
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table articles (
      id text primary key,
      audience text not null check (audience in ('public', 'internal')),
      tags text[] not null default '{}',
      created_at timestamptz not null default now(),
      created_by jsonb not null
    );

    -- Never changed: a correction is another revision.
    create table article_revisions (
      article_id text not null references articles on delete cascade,
      language text not null,
      n integer not null,
      title text not null,
      body text not null,
      keywords text not null default '',
      at timestamptz not null default now(),
      written_by jsonb not null,
      primary key (article_id, language, n)
    );

    create table published_articles (
      article_id text not null references articles on delete cascade,
      language text not null,
      n integer not null,
      title text not null,
      body text not null,
      keywords text not null,
      at timestamptz not null default now(),
      published_by jsonb not null,
      helped integer not null default 0,
      not_helped integer not null default 0,
      words tsvector not null generated always as (
        setweight(to_tsvector('centralita', title), 'A') || setweight(to_tsvector('centralita', keywords), 'B')
        || setweight(to_tsvector('centralita', body), 'D')) stored,
      primary key (article_id, language),
      foreign key (article_id, language, n) references article_revisions
    );
    create index published_articles_words on published_articles using gin (words);

    -- One voice for each reader of an article.
    create table article_feedback (
      article_id text not null references articles on delete cascade,
      language text not null,
      reader text not null,
      helped boolean not null,
      at timestamptz not null default now(),
      primary key (article_id, language, reader)
    );

    create table canned_replies (
      id uuid primary key,
      scope text not null check (scope in ('personal', 'team', 'everybody')),
      owner_id uuid,
      queue_id text,
      shortcut text,
      title text not null,
      texts jsonb not null,
      changed_at timestamptz not null default now(),
      changed_by jsonb not null,
      check ((scope = 'personal') = (owner_id is not null)),
      check ((scope = 'team') = (queue_id is not null))
    );
    create index canned_replies_owner on canned_replies (owner_id) where owner_id is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table canned_replies, article_feedback, published_articles, article_revisions, articles')
}
