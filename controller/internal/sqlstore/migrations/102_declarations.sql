-- +goose Up
-- Who submits a media declares that it holds no state secret and nobody's
-- personal data without consent. It stands beside the decision to submit and
-- is no part of the statement.
create table declarations (
  decision_id text primary key,
  media_id text not null
);
create index declarations_of_media on declarations (media_id);

-- +goose StatementBegin
create trigger declarations_stay_as_made before update on declarations
begin
  select raise(abort, 'a declaration is never changed');
end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger declarations_stay before delete on declarations
begin
  select raise(abort, 'a declaration is never removed');
end;
-- +goose StatementEnd

-- +goose Down
drop table declarations;
