-- +goose Up
create table jobs (
  id text primary key,
  kind text not null,
  subject text not null,
  payload text not null,
  state text not null,
  attempt integer not null default 0,
  stage text not null default '',
  progress real not null default 0,
  reason text not null default '',
  params text not null default '{}',
  owner text not null default '',
  lease_until integer not null default 0,
  run_at integer not null,
  created_at integer not null,
  updated_at integer not null
);
create index jobs_due on jobs (state, run_at);
create index jobs_of_subject on jobs (subject, created_at);

-- +goose Down
drop table jobs;
