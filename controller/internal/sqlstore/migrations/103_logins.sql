-- +goose Up
-- Browsers that people are logged in with; the cookie of a session only names
-- a row. Without its row, or in another epoch than the person's, it is over.
create table logins (
  id text primary key,
  person_id text not null references people (id),
  epoch integer not null,
  method text not null, -- how they proved who they are
  user_agent text not null,
  address text not null,
  created_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null
);
create index logins_of_person on logins (person_id);
create index logins_expire on logins (expires_at);

-- +goose Down
drop table logins;
