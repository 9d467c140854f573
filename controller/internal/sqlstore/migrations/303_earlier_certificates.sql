-- +goose Up
-- Certificates that a screen had before its present one: as long as they have
-- not ended, a revocation must name them too.
create table earlier_certificates (
  screen_id text not null references screens (id),
  replaced_at integer not null,
  certificate blob not null, -- DER
  primary key (screen_id, replaced_at)
);

-- +goose Down
drop table earlier_certificates;
