-- +goose Up
create table plays (
  screen_id text not null,
  id text not null, -- the agent's
  epoch integer not null,
  counter integer not null,
  entry_id text not null, -- '' for the slate
  item_id text not null,
  media_id text not null,
  digest text not null,
  started_at integer not null,
  duration_ms integer not null,
  clock_state text not null,
  complete boolean not null,
  received_at integer not null,
  primary key (screen_id, id)
);
create index plays_by_time on plays (started_at, screen_id, id);

-- +goose Down
drop table plays;
