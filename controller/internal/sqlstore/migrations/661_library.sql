-- +goose Up
create table folders ( -- a tree for each unit
  id text primary key,
  unit_id text not null references units (id),
  parent_id text not null default '', -- '' at the top
  name text not null,
  name_key text not null, -- Vietnamese collation, in hex
  created_at integer not null
);
create index folders_of_unit on folders (unit_id, parent_id);

create table media_tags (
  media_id text not null references media (id),
  tag_key text not null, -- composed and in lower case: what makes two tags one
  tag text not null, -- as it was first written
  primary key (media_id, tag_key)
);
create index media_by_tag on media_tags (tag_key, media_id);

alter table media add column folder_id text not null default '';
-- Rises with every change of folder, tags and themes, which are no part of
-- what people sign: the revision does not.
alter table media add column arranged integer not null default 0;
create index media_by_folder on media (folder_id, created_at);

create table media_edits ( -- of many media at once; those that may be undone
  id text primary key,
  person_id text not null references people (id),
  made_at integer not null,
  what text not null, -- JSON: what was asked for
  changed integer not null,
  undone_at integer not null default 0
);
create index media_edits_of_person on media_edits (person_id, made_at);

create table media_edit_steps (
  edit_id text not null references media_edits (id),
  media_id text not null references media (id),
  step text not null, -- JSON: what was before, and after
  primary key (edit_id, media_id)
);

-- +goose Down
drop table media_edit_steps;
drop table media_edits;
drop index media_by_folder;
alter table media drop column arranged;
alter table media drop column folder_id;
drop table media_tags;
drop table folders;
