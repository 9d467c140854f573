-- +goose Up
-- What a screen PC has found out about itself.
create table screen_facts (
  screen_id text primary key references screens (id),
  facts text not null, -- JSON
  heard_at integer not null
);

-- What was otherwise before.
create table screen_fact_changes (
  id integer primary key,
  screen_id text not null references screens (id),
  at integer not null,
  field text not null,
  before text not null,
  after text not null
);
create index fact_changes_of_screen on screen_fact_changes (screen_id, id);

-- What people write about a screen's devices.
create table screen_notes (
  screen_id text primary key references screens (id),
  notes text not null, -- JSON
  changed_at integer not null,
  changed_by text not null -- name, as it was that day
);

-- Checklists that somebody went through at a screen.
create table screen_checks (
  id text primary key,
  screen_id text not null references screens (id),
  list text not null,
  at integer not null,
  by_id text not null,
  by_name text not null, -- as it was that day
  done text not null, -- JSON: codes of the items that are as they should be
  note text not null
);
create index checks_of_screen on screen_checks (screen_id, list, at);

-- +goose Down
drop table screen_checks;
drop table screen_notes;
drop table screen_fact_changes;
drop table screen_facts;
