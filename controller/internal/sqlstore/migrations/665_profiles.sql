-- +goose Up
-- Shapes that somebody has described or chosen; those that every media is
-- rendered for need no row.
create table profiles (
  profile text primary key,
  name text not null,
  chosen integer not null, -- 1 renders the library although no screen has it
  person_id text not null references people (id),
  changed_at integer not null
);
create index renditions_by_profile on renditions (profile, media_id);

-- +goose Down
drop index renditions_by_profile;
drop table profiles;
