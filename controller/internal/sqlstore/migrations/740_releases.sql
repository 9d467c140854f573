-- +goose Up
-- Releases of the agent as their holders have signed them. Envelopes may get
-- other signatures; what they sign never changes.
create table releases (
  payload text primary key, -- SHA-256 of what is signed
  version text not null unique,
  envelope blob not null,
  at integer not null,
  person_id text not null,
  person_name text not null -- as it was that day
);

-- Plans that bring a release to screens, and how far each screen is.
create table release_plans (
  number integer primary key, -- rises
  id text not null unique,
  state text not null,
  body text not null -- JSON
);

-- The newest offer to each screen.
create table release_offers (
  screen_id text primary key,
  epoch integer not null,
  counter integer not null,
  issued_at integer not null,
  payload text not null, -- of the release, '' to stay
  object text not null, -- its envelope, '' likewise
  signer text not null, -- id of the programme key
  envelope blob not null
);

create table releases_outbox (
  id integer primary key,
  screen_id text not null,
  created_at integer not null
);
create index releases_outbox_of_screen on releases_outbox (screen_id, id);

-- +goose StatementBegin
create trigger releases_stay before delete on releases
begin select raise(abort, 'releases are never deleted'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger releases_stay_as_signed before update of payload, version on releases
begin select raise(abort, 'what is signed never changes'); end;
-- +goose StatementEnd

-- +goose Down
drop table releases_outbox;
drop table release_offers;
drop table release_plans;
drop table releases;
