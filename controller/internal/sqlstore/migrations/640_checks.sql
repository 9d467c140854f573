-- +goose Up
create table watch_words (
  text text primary key,
  note text not null,
  person_id text not null references people (id),
  added_at integer not null
);

create table prints (
  media_id text primary key references media (id),
  preview text not null, -- digest of the picture it was made of
  hash text not null -- 16 hex digits; zeros for one that is like no other
);

-- +goose Down
drop table prints;
drop table watch_words;
