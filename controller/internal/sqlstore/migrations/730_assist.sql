-- +goose Up
-- What people have asked of screen PCs from afar, and what became of it.
create table commands (
  id text primary key,
  screen_id text not null references screens (id),
  kind text not null,
  amount integer not null,
  person_id text not null references people (id),
  person_name text not null, -- as it was that day
  epoch integer not null,
  issued_at integer not null,
  expires_at integer not null,
  envelope blob not null,
  sent_at integer not null default 0,
  sends integer not null default 0,
  taken_at integer not null default 0,
  ended_at integer not null default 0,
  outcome text not null default '', -- of the screen's newest result
  why text not null default '',
  detail text not null default ''
);
create index commands_by_screen on commands (screen_id, issued_at);
create index commands_by_person on commands (person_id, issued_at);
create index commands_open on commands (expires_at) where ended_at = 0;

-- Logs that came with answers: gzip, dropped after a month.
create table command_logs (
  command_id text primary key references commands (id),
  at integer not null,
  log blob not null
);

-- +goose Down
drop table command_logs;
drop table commands;
