-- +goose Up
create table searches (
  id text primary key,
  unit_id text not null references units (id),
  name text not null,
  query text not null, -- JSON
  every_hours integer not null,
  paused boolean not null default false,
  deleted boolean not null default false,
  person_id text not null references people (id),
  created_at integer not null,
  next_at integer not null,
  last_at integer not null default 0,
  found integer not null default 0,
  missed integer not null default 0,
  failures integer not null default 0,
  trouble text not null default '' -- JSON; empty when the last time went well
);
create index searches_due on searches (next_at) where not paused and not deleted;

create table search_misses (
  search_id text not null references searches (id),
  page_key text not null,
  times integer not null,
  primary key (search_id, page_key)
);

alter table finds add column search_id text not null default ''; -- that came upon it first
create index finds_by_search on finds (search_id, state);

-- +goose Down
drop index finds_by_search;
alter table finds drop column search_id;
drop table search_misses;
drop table searches;
