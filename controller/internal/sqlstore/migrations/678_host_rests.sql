-- +goose Up
-- Hosts that have asked us to stay away, so that a restart does not forget it.
create table host_rests (
  host text primary key,
  until integer not null,
  noes integer not null -- in a row
);

-- +goose Down
drop table host_rests;
