-- +goose Up
-- When the screen got the PC that it has; 0 for its first.
alter table screens add column replaced_at integer not null default 0;

-- The PCs that a screen had before, with every certificate of their keys: as
-- long as those have not ended, a revocation must name them.
create table replaced_devices (
  screen_id text not null references screens (id),
  replaced_at integer not null,
  certificate blob not null, -- DER
  primary key (screen_id, replaced_at, certificate)
);

-- +goose Down
drop table replaced_devices;
alter table screens drop column replaced_at;
