-- +goose Up
create table short_links ( -- where a code leads; it never changes
  code text primary key,
  language text not null,
  page text not null,
  pages text not null -- JSON by language
);

create table short_sources ( -- sources of media that name a code
  code text not null references short_links (code),
  source text not null, -- digest
  primary key (code, source)
);
create index short_sources_by_source on short_sources (source);

create table scans ( -- no more is kept of who used a code
  code text not null references short_links (code),
  day text not null, -- 2026-11-26
  language text not null, -- that the reader wanted: vi, en, lo, zh, other
  scans integer not null,
  primary key (code, day, language)
);

-- Which source an approved version has; it follows from approved.media.
create index approved_by_source on approved (json_extract(media, '$.Source.SHA256'));

-- +goose Down
drop index approved_by_source;
drop table scans;
drop table short_sources;
drop table short_links;
