-- +goose Up
-- Screens that hold more than this database knows of, or may: it was restored
-- from an earlier backup. Until a charter raises the epoch they are told
-- nothing that was made since.
create table waiting_screens (
  screen_id text primary key,
  state text not null, -- unheard, ahead
  ours_epoch integer not null, -- the newest programme when it began
  ours_counter integer not null,
  held_epoch integer not null default 0, -- what the screen says it holds
  held_counter integer not null default 0,
  held_charter integer not null default 0,
  held_orders_epoch integer not null default 0,
  held_orders_counter integer not null default 0,
  since integer not null
);

-- +goose Down
drop table waiting_screens;
