-- +goose Up
-- A visitor had opened what was shown, on a screen that is to be touched.
alter table plays add column touched boolean not null default false;
create index plays_touched on plays (started_at) where touched;

-- +goose Down
drop index plays_touched;
alter table plays drop column touched;
