-- +goose Up
-- The object that says what a rendition looks like, for the screens to check
-- their glass by; '' for those made before there were any.
alter table renditions add column prints text not null default '';

-- +goose Down
alter table renditions drop column prints;
