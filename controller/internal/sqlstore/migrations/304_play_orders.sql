-- +goose Up
-- A bulletin that was shown: its order, '' for items and the slate. The digest
-- is then of the order's bytes.
alter table plays add column order_id text not null default '';

-- +goose Down
alter table plays drop column order_id;
