-- +goose Up
create table alert_channels (
  id text primary key,
  unit_id text not null references units (id),
  cluster_id text not null, -- '' for all that the unit runs
  kind text not null,
  name text not null,
  language text not null,
  least text not null, -- severity
  level integer not null, -- 0 from the opening on, else from that escalation on
  quiet_from text not null, -- 22:00; '' for none
  quiet_until text not null,
  quiet_critical boolean not null,
  enabled boolean not null,
  settings text not null, -- JSON, without secrets
  targets text not null, -- JSON
  held text not null, -- JSON, names of the secrets
  sealed blob not null,
  version integer not null,
  person_id text not null references people (id),
  changed_at integer not null,
  removed_at integer not null default 0 -- its deliveries still name it
);
create index alert_channels_of_unit on alert_channels (unit_id);

-- How far the journal of incidents has been read.
create table alert_cursor (
  id integer primary key check (id = 1),
  seq integer not null
);
insert into alert_cursor (id, seq) values (1, 0);

-- How often nobody has taken an incident in time.
create table alert_levels (
  incident_id text primary key,
  level integer not null
);

create table alert_deliveries (
  id integer primary key,
  message_id text not null unique,
  key text not null, -- what it is about
  channel_id text not null references alert_channels (id),
  target text not null,
  incident_id text not null,
  cluster_id text not null,
  opens boolean not null, -- it tells of the incident first
  severity text not null,
  content text not null, -- JSON
  state text not null,
  attempts integer not null default 0,
  doubts integer not null default 0,
  next_at integer not null,
  created_at integer not null,
  expires_at integer not null,
  done_at integer not null default 0,
  within_id integer not null default 0, -- gathered in that one
  trouble text not null default '', -- JSON
  unique (key, channel_id, target)
);
create index alert_deliveries_waiting on alert_deliveries (state, id);
create index alert_deliveries_of_incident on alert_deliveries (incident_id);
create index alert_deliveries_of_channel on alert_deliveries (channel_id, id);
create index alert_deliveries_done on alert_deliveries (done_at);
create index alert_deliveries_within on alert_deliveries (within_id);

create table alert_deadman (
  id integer primary key check (id = 1),
  sealed blob not null,
  host text not null,
  person_id text not null references people (id),
  changed_at integer not null
);

-- +goose Down
drop table alert_deadman;
drop table alert_deliveries;
drop table alert_levels;
drop table alert_cursor;
drop table alert_channels;
