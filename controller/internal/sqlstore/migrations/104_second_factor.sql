-- +goose Up
create table totp (
  person_id text primary key references people (id),
  secret blob not null, -- sealed
  confirmed_at integer not null default 0, -- 0: begun, counts for nothing yet
  last_step integer not null default 0, -- of the newest code taken; none up to it counts again
  created_at integer not null
);

create table recovery_codes (
  person_id text not null references people (id),
  code_hash text not null,
  used_at integer not null default 0,
  primary key (person_id, code_hash)
);

-- +goose Down
drop table recovery_codes;
drop table totp;
