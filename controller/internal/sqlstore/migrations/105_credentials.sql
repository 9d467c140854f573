-- +goose Up
-- Passkeys: those that open the console, and apart from them those that sign.
create table credentials (
  id text primary key,
  person_id text not null references people (id),
  purpose text not null, -- login, signing
  label text not null,
  credential_id blob not null unique,
  public_key blob not null, -- COSE
  sign_count integer not null,
  flags integer not null, -- of the authenticator, when last seen
  transports text not null, -- JSON
  created_at integer not null,
  last_used_at integer not null default 0
);
create index credentials_of_person on credentials (person_id, purpose);

-- +goose Down
drop table credentials;
