-- +goose Up
-- The PIN of each site's page, by its hash.
create table site_pins (
  cluster_id text primary key references clusters (id),
  number integer not null, -- rises
  salt blob not null,
  hash blob not null,
  passes integer not null,
  memory_kb integer not null,
  threads integer not null,
  set_at integer not null
);

-- Where screens say they are at their site.
create table site_places (
  screen_id text primary key references screens (id),
  addresses text not null, -- JSON
  pages text not null, -- JSON
  fingerprint text not null,
  heard_at integer not null
);

-- The newest roster of each screen. Its own outbox: it waits until announced.
create table rosters (
  screen_id text primary key references screens (id),
  epoch integer not null,
  counter integer not null,
  issued_at integer not null,
  content text not null,
  envelope blob not null,
  announced boolean not null default false
);
create index rosters_waiting on rosters (issued_at) where announced = false;

-- +goose Down
drop table rosters;
drop table site_places;
drop table site_pins;
