-- +goose Up
alter table media add column excerpt text not null default '{}'; -- JSON: what of it is shown
alter table media add column tracks text not null default '{}'; -- JSON: sounds and subtitles that can be chosen
alter table media add column proxy text not null default ''; -- digest of a small copy of a video

-- +goose Down
alter table media drop column proxy;
alter table media drop column tracks;
alter table media drop column excerpt;
