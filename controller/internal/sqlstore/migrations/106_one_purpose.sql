-- +goose Up
-- Keys that sign stand among signing_credentials: those here open the console.
drop index credentials_of_person;
delete from credentials where purpose <> 'login';
alter table credentials drop column purpose;
create index credentials_of_person on credentials (person_id);

-- +goose Down
drop index credentials_of_person;
alter table credentials add column purpose text not null default 'login';
create index credentials_of_person on credentials (person_id, purpose);
