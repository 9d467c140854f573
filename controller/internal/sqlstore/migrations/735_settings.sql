-- +goose Up
create table screen_settings (
  screen_id text primary key references screens (id),
  epoch integer not null,
  counter integer not null,
  issued_at integer not null,
  content text not null, -- digest of what they say and of the key that says it
  said text not null,    -- JSON
  envelope blob not null
);

create table settings_outbox (
  id integer primary key,
  screen_id text not null,
  created_at integer not null
);
create index settings_outbox_of_screen on settings_outbox (screen_id, id);

-- +goose Down
drop table settings_outbox;
drop table screen_settings;
