-- +goose Up
create table playlists (
  id text primary key,
  unit_id text not null references units (id),
  title text not null,
  title_folded text not null,
  version integer not null,
  updated_at integer not null,
  updated_by text not null references people (id),
  deleted_at integer not null default 0
);
create index playlists_by_title on playlists (title_folded, id);

-- Versions are numbered without reuse; some numbers are missing.
create table playlist_versions (
  playlist_id text not null references playlists (id),
  version integer not null,
  title text not null,
  items text not null, -- JSON
  saved_at integer not null,
  saved_by text not null,
  saved_by_name text not null, -- as it was that day
  primary key (playlist_id, version)
);

-- The media of the newest version.
create table playlist_media (
  media_id text not null,
  playlist_id text not null references playlists (id),
  primary key (media_id, playlist_id)
);
create index media_of_playlist on playlist_media (playlist_id);

create table schedule_entries (
  id text primary key,
  title text not null,
  title_folded text not null,
  playlist_id text not null references playlists (id),
  target text not null, -- JSON
  rule text not null, -- JSON
  priority integer not null,
  enabled boolean not null,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  updated_by text not null
);
create index entries_in_order on schedule_entries (created_at, id);
create index entries_of_playlist on schedule_entries (playlist_id);

create table slates (
  profile text primary key,
  media_id text not null,
  set_at integer not null,
  set_by text not null
);

-- +goose Down
drop table slates;
drop table schedule_entries;
drop table playlist_media;
drop table playlist_versions;
drop table playlists;
