-- +goose Up
create table charters (
  number integer primary key,
  payload text not null, -- digest
  object text not null, -- digest of the envelope
  envelope blob not null,
  issued_at integer not null,
  expires_at integer not null,
  accepted_at integer not null,
  person_id text not null,
  person_name text not null -- as it was that day
);

-- +goose StatementBegin
create trigger charters_stay before update on charters
begin select raise(abort, 'charters are never changed'); end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger charters_are_kept before delete on charters
begin select raise(abort, 'charters are never deleted'); end;
-- +goose StatementEnd

-- Keys that people offer to sign with. They count once a charter names them.
create table signing_credentials (
  id text primary key, -- of the public key
  person_id text not null references people (id),
  kind text not null,
  algorithm text not null,
  public_key blob not null, -- SubjectPublicKeyInfo, DER
  rp_id text not null,
  independent boolean not null,
  credential_id blob, -- of a passkey
  label text not null,
  created_at integer not null
);
create index signing_credentials_of_person on signing_credentials (person_id);

-- +goose Down
drop table signing_credentials;
drop table charters;
