-- +goose Up
-- What is left of the pictures of other sites that somebody has looked at, to
-- compare others with.
create table picture_prints (
  address text primary key,
  hash text not null, -- 16 hex digits; zeros for one that is like no other
  seen_at integer not null
);
create index picture_prints_by_age on picture_prints (seen_at);

-- +goose Down
drop table picture_prints;
