-- +goose Up
-- Decisions outlive media and people, so that they refer to neither.
create table decisions (
  id text primary key,
  media_id text not null,
  revision integer not null,
  act text not null,
  person_id text not null,
  person_name text not null, -- as it was that day
  reason text not null,
  decided_at integer not null,
  sequence integer not null unique, -- the order in which they were made
  statement blob not null -- canonical bytes
);
create index decisions_of_media on decisions (media_id, sequence);

-- +goose StatementBegin
create trigger decisions_stay_as_made before update on decisions
begin
  select raise(abort, 'a decision is never changed');
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger decisions_stay before delete on decisions
begin
  select raise(abort, 'a decision is never removed');
end;
-- +goose StatementEnd

-- The version of each media that two people have approved and nobody has
-- withdrawn. It follows from the decisions.
create table approved (
  media_id text primary key,
  revision integer not null,
  approval blob not null, -- object
  media text not null, -- JSON, with the renditions as they were
  approved_at integer not null
);

-- +goose Down
drop table approved;
drop table decisions;
