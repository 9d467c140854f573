-- +goose Up
create table watched_pages (
  id text primary key,
  unit_id text not null references units (id),
  canonical text not null,
  taken text not null, -- digest of the page that media was taken from
  baseline text not null, -- digest of the page that people are content with
  etag text not null,
  modified text not null,
  state text not null, -- same, changed, gone, unread, let_go
  now text not null default '', -- digest of a changed page
  noticed_at integer not null,
  checked_at integer not null default 0,
  next_at integer not null,
  failures integer not null default 0,
  trouble text not null default '' -- JSON
);
create unique index watched_pages_taken on watched_pages (unit_id, canonical, taken);
create index watched_pages_due on watched_pages (next_at);
create index watched_pages_by_state on watched_pages (state, noticed_at);

-- Which page an approved version came from; it follows from approved.media.
create index approved_by_page on approved (json_extract(media, '$.Unit'), json_extract(media, '$.Origin.Canonical'), json_extract(media, '$.Origin.PageBytes'));

-- +goose Down
drop index approved_by_page;
drop table watched_pages;
