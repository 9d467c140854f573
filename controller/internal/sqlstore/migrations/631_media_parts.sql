-- +goose Up
create table media_parts ( -- objects that a media's source or origin names, of every revision
  media_id text not null references media (id),
  object text not null,
  primary key (media_id, object)
);

-- +goose Down
drop table media_parts;
