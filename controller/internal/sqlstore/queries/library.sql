-- name: Folders :many
select f.id, f.unit_id, f.parent_id, f.name,
  (select count(*) from media m where m.folder_id = f.id and m.deleted_at = 0) as uses
from folders f
where cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like '%,' || f.unit_id || ',%'
order by f.unit_id, f.parent_id, f.name_key, f.id;

-- name: Folder :one
select f.id, f.unit_id, f.parent_id, f.name,
  (select count(*) from media m where m.folder_id = f.id and m.deleted_at = 0) as uses
from folders f where f.id = sqlc.arg(id);

-- name: PutFolder :exec
insert into folders (id, unit_id, parent_id, name, name_key, created_at)
values (sqlc.arg(id), sqlc.arg(unit_id), sqlc.arg(parent_id), sqlc.arg(name), sqlc.arg(name_key), sqlc.arg(created_at))
on conflict (id) do update set parent_id = excluded.parent_id, name = excluded.name, name_key = excluded.name_key;

-- name: LeaveFolder :exec
update media set folder_id = '' where folder_id = sqlc.arg(folder_id);

-- name: DropFolder :exec
delete from folders where id = sqlc.arg(id);

-- name: Tags :many
select mt.tag_key, cast(min(mt.tag) as text) as tag, count(*) as uses
from media_tags mt join media m on m.id = mt.media_id
where m.deleted_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1 or m.author_id = sqlc.arg(person) or cast(sqlc.arg(units) as text) like '%,' || m.unit_id || ',%')
group by mt.tag_key order by uses desc, mt.tag_key limit sqlc.arg(most);

-- name: TagText :one
select tag from media_tags where tag_key = sqlc.arg(tag_key) limit 1;

-- name: TagsOf :many
select tag_key, tag from media_tags where media_id = sqlc.arg(media_id) order by tag_key;

-- name: ThemesOf :many
select mt.theme_id from media_themes mt where mt.media_id = sqlc.arg(media_id) order by mt.theme_id;

-- name: FolderOf :one
select folder_id from media where id = sqlc.arg(id);

-- name: Item :one
select id, title, unit_id, author_id, state, deleted_at, revision, arranged, folder_id, territory, languages, valid_from, valid_until, rights_basis
from media where id = sqlc.arg(id);

-- name: ArrangeItem :exec
update media set folder_id = sqlc.arg(folder_id), arranged = arranged + 1 where id = sqlc.arg(id);

-- name: ChangeTerms :exec
update media set languages = sqlc.arg(languages), valid_from = sqlc.arg(valid_from), valid_until = sqlc.arg(valid_until), rights_basis = sqlc.arg(rights_basis),
  revision = revision + 1, updated_at = sqlc.arg(updated_at)
where id = sqlc.arg(id);

-- name: GiveTag :exec
insert into media_tags (media_id, tag_key, tag) values (sqlc.arg(media_id), sqlc.arg(tag_key), sqlc.arg(tag)) on conflict (media_id, tag_key) do nothing;

-- name: TakeTag :exec
delete from media_tags where media_id = sqlc.arg(media_id) and tag_key = sqlc.arg(tag_key);

-- name: GiveTheme :exec
insert into media_themes (media_id, theme_id) values (sqlc.arg(media_id), sqlc.arg(theme_id)) on conflict (media_id, theme_id) do nothing;

-- name: TakeTheme :exec
delete from media_themes where media_id = sqlc.arg(media_id) and theme_id = sqlc.arg(theme_id);

-- name: OpenThemes :many
select id from themes where retired_at = 0;

-- name: AddEdit :exec
insert into media_edits (id, person_id, made_at, what, changed) values (sqlc.arg(id), sqlc.arg(person_id), sqlc.arg(made_at), sqlc.arg(what), sqlc.arg(changed));

-- name: AddEditStep :exec
insert into media_edit_steps (edit_id, media_id, step) values (sqlc.arg(edit_id), sqlc.arg(media_id), sqlc.arg(step));

-- name: OldEdits :many
select id from media_edits where person_id = sqlc.arg(person_id) order by made_at desc, id limit 1000 offset sqlc.arg(keep);

-- name: DropEditSteps :exec
delete from media_edit_steps where edit_id = sqlc.arg(edit_id);

-- name: DropEdit :exec
delete from media_edits where id = sqlc.arg(id);

-- name: Edits :many
select id, person_id, made_at, what, changed, undone_at from media_edits
where person_id = sqlc.arg(person_id) and made_at > sqlc.arg(since) order by made_at desc, id;

-- name: Edit :one
select id, person_id, made_at, what, changed, undone_at from media_edits where id = sqlc.arg(id) and person_id = sqlc.arg(person_id);

-- name: EditSteps :many
select media_id, step from media_edit_steps where edit_id = sqlc.arg(edit_id) order by media_id;

-- name: EditUndone :exec
update media_edits set undone_at = sqlc.arg(undone_at) where id = sqlc.arg(id);

-- name: FolderParents :many
select id, parent_id from folders;
