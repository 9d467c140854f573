-- +goose Up
alter table find_media add column place integer not null default 0; -- of the file on the page

-- +goose Down
alter table find_media drop column place;
