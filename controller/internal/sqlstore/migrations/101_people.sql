-- +goose Up
create table units (
  id text primary key,
  short_name text not null,
  ended_on text not null default '',
  created_at integer not null
);

create table unit_names (
  unit_id text not null references units (id),
  valid_from text not null,
  name text not null,
  primary key (unit_id, valid_from)
);

create table unit_successors (
  unit_id text not null references units (id),
  successor_id text not null references units (id),
  primary key (unit_id, successor_id)
);

create table people (
  id text primary key,
  login text not null unique,
  name text not null,
  name_folded text not null,
  unit_id text not null references units (id),
  password_hash text not null,
  locale text not null default 'vi',
  theme text not null default 'auto',
  disabled boolean not null default false,
  -- Sessions of an older epoch are over: a new password, a disabled person.
  session_epoch integer not null default 1,
  last_login_at integer not null default 0,
  created_at integer not null
);

create table grants (
  person_id text not null references people (id),
  position integer not null,
  role text not null,
  unit_id text not null default '',
  cluster_id text not null default '',
  primary key (person_id, position)
);

create table sessions (
  token text primary key,
  data blob not null,
  expires_at integer not null
);
create index sessions_expire on sessions (expires_at);

create table tokens (
  id text primary key,
  person_id text not null references people (id),
  name text not null,
  secret_hash text not null unique,
  created_at integer not null,
  last_used_at integer not null default 0,
  expires_at integer not null default 0
);
create index tokens_of_person on tokens (person_id);

-- +goose Down
drop table tokens;
drop table sessions;
drop table grants;
drop table people;
drop table unit_successors;
drop table unit_names;
drop table units;
