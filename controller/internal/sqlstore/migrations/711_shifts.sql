-- +goose Up
create table shifts (
  id text primary key,
  cluster_id text not null references clusters (id),
  person_id text not null references people (id),
  began_at integer not null,
  ended_at integer not null default 0,
  offer_id text not null default '', -- to whom it is to be handed over
  offered_at integer not null default 0
);
create index shifts_that_last on shifts (cluster_id, ended_at);
create unique index shifts_one_each on shifts (cluster_id, person_id) where ended_at = 0;

-- The log. Who was wrong writes another entry.
create table shift_entries (
  seq integer primary key,
  cluster_id text not null references clusters (id),
  at integer not null,
  kind text not null,
  person_id text not null references people (id),
  other_id text not null,
  shift_id text not null,
  note text not null,
  open text not null -- JSON, incidents at that moment
);
create index shift_entries_of_cluster on shift_entries (cluster_id, at);

-- +goose StatementBegin
create trigger shift_entries_stay before update on shift_entries
begin select raise(abort, 'the shift log is never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger shift_entries_are_kept before delete on shift_entries
begin select raise(abort, 'the shift log is never shortened'); end;
-- +goose StatementEnd

-- When somebody has to be on duty.
create table staffing (
  cluster_id text primary key references clusters (id),
  hours_from text not null,
  hours_until text not null,
  version integer not null,
  person_id text not null references people (id),
  changed_at integer not null
);

-- +goose Down
drop table staffing;
drop table shift_entries;
drop table shifts;
