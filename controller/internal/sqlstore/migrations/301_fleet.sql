-- +goose Up
create table clusters (
  id text primary key,
  name text not null,
  name_folded text not null, -- for order and search
  place text not null,
  created_at integer not null
);

-- Which unit operates a cluster from a local date on.
create table tenures (
  cluster_id text not null references clusters (id),
  valid_from text not null,
  unit_id text not null references units (id),
  primary key (cluster_id, valid_from)
);

create table screens (
  id text primary key,
  name text not null,
  name_folded text not null,
  cluster_id text not null references clusters (id),
  profile text not null,
  tags text not null default '[]', -- JSON
  time_zone text not null,
  device_key blob not null,
  certificate blob not null, -- DER
  created_at integer not null,
  revoked_at integer not null default 0 -- its row stays, for what it has shown
);
create unique index screens_by_key on screens (device_key) where revoked_at = 0;
create index screens_of_cluster on screens (cluster_id);
create index screens_by_name on screens (name_folded, id);

-- A screen PC that shows a code, and for a while after it was claimed.
create table pairings (
  id text primary key,
  device_key blob not null,
  nonce blob not null,
  facts text not null, -- JSON
  address text not null,
  created_at integer not null,
  expires_at integer not null,
  screen_id text not null default ''
);
create index pairings_expire on pairings (expires_at);

-- The newest that each screen has said.
create table reported (
  screen_id text primary key references screens (id),
  payload text not null default '', -- JSON of the report
  boot text not null default '',
  session integer not null default 0,
  online boolean not null default false,
  reported_at integer not null default 0, -- when it came in
  seen_at integer not null default 0
);

-- How far each programme has come, by the screen's own reports.
create table deliveries (
  screen_id text not null references screens (id),
  epoch integer not null,
  counter integer not null,
  received_at integer not null default 0,
  cached_at integer not null default 0,
  scheduled_at integer not null default 0,
  shown_at integer not null default 0,
  primary key (screen_id, epoch, counter)
);

-- +goose Down
drop table deliveries;
drop table reported;
drop table pairings;
drop table screens;
drop table tenures;
drop table clusters;
