-- +goose Up
-- What a changed or withdrawn page means for the media that came from it.
create table site_policies (
  site_id text primary key,
  policy text not null, -- none, withdrawn, changed
  person_id text not null references people (id),
  set_at integer not null
);

-- Approved media that programmes leave out until a person has decided. A hold
-- stays here when it has ended: a site may have only so many placed in a day.
create table holds (
  id text primary key,
  media_id text not null,
  page_id text not null references watched_pages (id),
  site_id text not null,
  why text not null, -- changed, gone
  since integer not null,
  ended_at integer not null default 0,
  told boolean not null default false -- programmes were made with it, or without it once it has ended
);
create unique index holds_that_stand on holds (media_id, page_id) where ended_at = 0;
create index holds_by_site on holds (site_id, since);
create index holds_untold on holds (told) where not told;

-- The page would have had media held, but its site had as much as it may.
alter table watched_pages add column flooded boolean not null default false;

-- +goose Down
alter table watched_pages drop column flooded;
drop table holds;
drop table site_policies;
