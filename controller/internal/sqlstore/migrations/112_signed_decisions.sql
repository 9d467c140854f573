-- +goose Up
-- What a person has signed: the statement alone, or a batch that names it.
-- Both are null of decisions from before the first charter, for ever.
alter table decisions add column batch blob;
alter table decisions add column signature blob; -- JSON

-- The newest charter under which the approval is known to stand somewhere; 0
-- before the first.
alter table approved add column charter integer not null default 0;

-- +goose Down
alter table approved drop column charter;
alter table decisions drop column signature;
alter table decisions drop column batch;
