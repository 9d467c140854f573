-- +goose Up
create table site_texts (
  site_id text primary key,
  text text not null, -- YAML
  version integer not null,
  person_id text not null references people (id),
  changed_at integer not null
);

create table site_tests (
  site_id text not null,
  kind text not null, -- list, article
  version integer not null, -- of the description that was found right
  address text not null,
  person_id text not null references people (id),
  tested_at integer not null,
  primary key (site_id, kind)
);

create table finds (
  id text primary key,
  site_id text not null,
  page_key text not null, -- the same for one article in every language
  canonical text not null,
  language text not null,
  unit_id text not null references units (id),
  article text not null, -- JSON
  mix text not null, -- JSON
  origin text not null, -- JSON
  etag text not null,
  modified text not null,
  state text not null, -- waiting, taken, rejected
  reason text not null default '',
  person_id text not null references people (id),
  fetched_at integer not null,
  decided_at integer not null default 0
);
create unique index finds_of_page on finds (unit_id, canonical);
create index finds_by_key on finds (page_key);
create index finds_by_state on finds (state, fetched_at);

create table find_media (
  find_id text not null references finds (id),
  media_id text not null references media (id),
  primary key (find_id, media_id)
);

-- +goose Down
drop table find_media;
drop table finds;
drop table site_tests;
drop table site_texts;
