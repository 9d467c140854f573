-- +goose Up
alter table media add column origin text not null default '{}'; -- JSON: where it comes from

-- +goose Down
alter table media drop column origin;
