-- +goose Up
-- What was not as it should be, one row an incident as it is now.
create table incidents (
  id text primary key,
  rule text not null,
  screen_id text not null, -- '' for a cluster's
  cluster_id text not null references clusters (id),
  unit_id text not null, -- that operated the cluster when it opened
  severity text not null,
  rank integer not null, -- of the severity
  code text not null,
  params text not null, -- JSON
  since integer not null,
  opened_at integer not null,
  good_since integer not null default 0, -- 0 while it stands
  recovered boolean not null default false,
  flaps integer not null default 0,
  escalated_at integer not null default 0,
  escalations integer not null default 0,
  owner_id text not null default '', -- who has taken it
  taken_at integer not null default 0,
  closed_at integer not null default 0,
  closed_by text not null default '',
  close_reason text not null default '',
  standing boolean not null default false, -- closed although what was wrong stood
  mark text not null,
  hints text not null default '[]', -- JSON
  evidence text not null default '[]', -- JSON
  members text not null default '[]' -- JSON
);
create unique index incidents_open on incidents (rule, screen_id, cluster_id) where closed_at = 0;
create index incidents_by_time on incidents (opened_at, id);
create index incidents_closed on incidents (closed_at) where closed_at <> 0;
create index incidents_standing on incidents (standing) where standing;

-- What happened to them, in the order it did; nothing is changed or removed.
create table incident_journal (
  seq integer primary key autoincrement,
  incident_id text not null references incidents (id),
  at integer not null,
  kind text not null,
  person_id text not null, -- '' by itself
  to_id text not null, -- of a hand-over
  severity text not null,
  reason text not null,
  text text not null,
  params text not null -- JSON
);
create index incident_journal_of on incident_journal (incident_id, seq);

-- +goose StatementBegin
create trigger incident_journal_stays before update on incident_journal
begin select raise(abort, 'the journal of incidents is never changed'); end;
-- +goose StatementEnd

-- Times in which a screen or a cluster is worked on.
create table maintenance_windows (
  id text primary key,
  screen_id text not null, -- '' for the whole cluster
  cluster_id text not null references clusters (id),
  unit_id text not null,
  from_at integer not null,
  until_at integer not null,
  reason text not null,
  person_id text not null references people (id),
  suppressed integer not null default 0 -- incidents that did not open
);
create index maintenance_windows_by_end on maintenance_windows (until_at);

-- Clusters in which a shift was ever kept: where none is, none is missed.
create table incident_duty (
  cluster_id text primary key references clusters (id)
);

-- +goose Down
drop table incident_duty;
drop table maintenance_windows;
drop table incident_journal;
drop table incidents;
