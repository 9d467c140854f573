-- +goose Up
create table captures_newest ( -- what each witness of a screen's glass saw last
  screen_id text not null,
  witness text not null, -- browser, display, camera
  sha256 text not null,
  finding text not null,
  wanted text not null, -- media, '' for the slate or nothing
  at integer not null, -- when it looked, by our clock
  size integer not null,
  width integer not null,
  height integer not null,
  primary key (screen_id, witness)
);
create index captures_newest_by_name on captures_newest (sha256);

create table capture_evidence ( -- captures that show something else than what was due
  screen_id text not null, -- stays when the screen is gone
  sha256 text not null,
  witness text not null,
  finding text not null,
  wanted text not null,
  at integer not null,
  size integer not null,
  width integer not null,
  height integer not null,
  primary key (screen_id, sha256)
);
create index capture_evidence_by_name on capture_evidence (sha256);
create index capture_evidence_by_time on capture_evidence (at);

-- +goose Down
drop table capture_evidence;
drop table captures_newest;
