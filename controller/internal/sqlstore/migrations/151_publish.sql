-- +goose Up
create table publications (
  number integer primary key, -- rises; the order of publications
  id text not null unique,
  kind text not null,
  at integer not null,
  person_id text not null default '', -- '' when nobody's act made it
  person_name text not null default '',
  note text not null default '',
  plan text not null default '' -- JSON, of kind publish
);

create table programmes (
  screen_id text not null,
  epoch integer not null,
  counter integer not null,
  publication_id text not null references publications (id),
  plan_id text not null references publications (id), -- whose plan it was compiled from
  issued_at integer not null,
  content text not null,
  envelope blob not null,
  primary key (screen_id, epoch, counter)
);
create index programmes_of_publication on programmes (publication_id);

-- What a screen may fetch: the objects of its newest programmes.
create table programme_objects (
  screen_id text not null,
  digest text not null,
  epoch integer not null,
  counter integer not null, -- of the newest programme that names it
  primary key (screen_id, digest)
);

create table outbox (
  id integer primary key,
  screen_id text not null,
  created_at integer not null
);
create index outbox_of_screen on outbox (screen_id, id);

-- +goose StatementBegin
create trigger publications_stay before update on publications
begin select raise(abort, 'publications are never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger publications_are_kept before delete on publications
begin select raise(abort, 'publications are never deleted'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger programmes_stay before update on programmes
begin select raise(abort, 'programmes are never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger programmes_are_kept before delete on programmes
begin select raise(abort, 'programmes are never deleted'); end;
-- +goose StatementEnd

-- +goose Down
drop table outbox;
drop table programme_objects;
drop table programmes;
drop table publications;
