-- +goose Up
create table unit_brands (
  unit_id text primary key references units (id),
  name text not null,
  main text not null, -- #rrggbb
  accent text not null,
  emblem text not null, -- a small JPEG in base64, '' for none
  version integer not null,
  person_id text not null references people (id),
  changed_at integer not null
);

-- +goose Down
drop table unit_brands;
