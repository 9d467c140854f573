-- +goose Up
-- Tickets by which many PCs join.
create table enrol_batches (
  id text primary key,
  cluster_id text not null references clusters (id),
  profile text not null,
  secret text not null, -- SHA-256
  confirm boolean not null, -- each PC waits for a person
  created_by text not null,
  created_at integer not null,
  valid_until integer not null,
  revoked_at integer not null default 0
);

create table enrol_seats (
  batch_id text not null references enrol_batches (id),
  number integer not null,
  name text not null,
  marks text not null, -- JSON
  screen_id text not null default '', -- that took it
  taken_at integer not null default 0,
  primary key (batch_id, number)
);

alter table pairings add column batch_id text not null default '';
alter table pairings add column seat integer not null default 0;

-- +goose Down
alter table pairings drop column seat;
alter table pairings drop column batch_id;
drop table enrol_seats;
drop table enrol_batches;
