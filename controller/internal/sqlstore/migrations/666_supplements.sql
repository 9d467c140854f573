-- +goose Up
-- Approvals of renditions that were added to an approved version. They go with
-- it: a new version, and a withdrawal, end them.
create table supplements (
  media_id text not null,
  number integer not null,
  revision integer not null,
  approval blob not null,
  charter integer not null,
  approved_at integer not null,
  primary key (media_id, number)
);
-- The renditions that approvals in force cover, as an index for finding those
-- that none does.
create table covered (
  media_id text not null,
  profile text not null,
  digest text not null,
  primary key (media_id, profile, digest)
);
insert into covered (media_id, profile, digest)
select r.media_id, r.profile, r.digest from renditions r
join media m on m.id = r.media_id join approved a on a.media_id = m.id and a.revision = m.revision
where m.state = 'approved';

-- +goose Down
drop table covered;
drop table supplements;
