-- +goose Up
create table media (
  id text primary key,
  kind text not null,
  title text not null,
  title_key text not null, -- Vietnamese collation, in hex
  description text not null default '',
  search text not null, -- folded words of title, description and file name, each after a space
  unit_id text not null references units (id),
  author_id text not null references people (id),
  state text not null,
  revision integer not null,
  file_name text not null,
  size integer not null,
  sha256 text not null,
  mime text not null,
  width integer not null,
  height integer not null,
  duration_ms integer not null default 0,
  fits text not null, -- JSON by profile
  territory text not null, -- JSON
  languages text not null default ',', -- ",vi,lo,"
  valid_from integer not null default 0,
  valid_until integer not null default 0,
  rights_basis text not null default '',
  preview text not null default '', -- digest of a small picture of the source
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer not null default 0
);
create index media_by_age on media (created_at, id);
create index media_by_title on media (title_key, id);
create index media_by_source on media (sha256);
create index media_by_state on media (state, updated_at);

create table renditions (
  media_id text not null references media (id),
  profile text not null,
  digest text not null,
  size integer not null,
  mime text not null,
  width integer not null,
  height integer not null,
  duration_ms integer not null default 0,
  has_audio boolean not null default false,
  chunks text not null,
  poster text not null,
  thumbnail text not null,
  primary key (media_id, profile)
);
create index renditions_by_digest on renditions (digest);

create table uploads (
  id text primary key,
  person_id text not null references people (id),
  file_name text not null,
  size integer not null,
  created_at integer not null,
  finished_at integer not null default 0,
  media_id text not null default '',
  duplicate boolean not null default false,
  reason text not null default '', -- why it was refused
  params text not null default '{}'
);
create index uploads_of_person on uploads (person_id, finished_at);

-- +goose Down
drop table uploads;
drop table renditions;
drop table media;
