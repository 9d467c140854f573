-- name: CountPlaylists :one
select count(*) from playlists
where deleted_at = 0 and title_folded like cast(sqlc.arg(pattern) as text)
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || unit_id || ',%'));

-- name: PlaylistIDs :many
select id, title_folded from playlists
where deleted_at = 0 and title_folded like cast(sqlc.arg(pattern) as text)
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || unit_id || ',%'))
  and (title_folded > cast(sqlc.arg(after_title) as text) or (title_folded = cast(sqlc.arg(after_title) as text) and id > cast(sqlc.arg(after_id) as text)))
order by title_folded, id limit sqlc.arg(most);

-- name: GetPlaylist :one
select p.*, v.items, v.saved_by_name,
  cast(coalesce((select n.name from unit_names n where n.unit_id = p.unit_id order by n.valid_from desc limit 1), '') as text) as unit_name
from playlists p join playlist_versions v on v.playlist_id = p.id and v.version = p.version
where p.id = sqlc.arg(id) and p.deleted_at = 0;

-- name: AddPlaylist :exec
insert into playlists (id, unit_id, title, title_folded, version, updated_at, updated_by)
values (sqlc.arg(id), sqlc.arg(unit_id), sqlc.arg(title), sqlc.arg(title_folded), sqlc.arg(version), sqlc.arg(updated_at), sqlc.arg(updated_by));

-- name: UpdatePlaylist :exec
update playlists set title = sqlc.arg(title), title_folded = sqlc.arg(title_folded), version = sqlc.arg(version), updated_at = sqlc.arg(updated_at), updated_by = sqlc.arg(updated_by)
where id = sqlc.arg(id);

-- name: DeletePlaylist :exec
update playlists set deleted_at = sqlc.arg(deleted_at) where id = sqlc.arg(id);

-- name: AddPlaylistVersion :exec
insert into playlist_versions (playlist_id, version, title, items, saved_at, saved_by, saved_by_name)
values (sqlc.arg(playlist_id), sqlc.arg(version), sqlc.arg(title), sqlc.arg(items), sqlc.arg(saved_at), sqlc.arg(saved_by), sqlc.arg(saved_by_name));

-- name: ForgetPlaylistVersion :exec
delete from playlist_versions where playlist_id = sqlc.arg(playlist_id) and version = sqlc.arg(version);

-- name: PlaylistVersions :many
select * from playlist_versions
where playlist_id = sqlc.arg(playlist_id) and version < cast(sqlc.arg(before) as bigint)
order by version desc limit sqlc.arg(most);

-- name: CountPlaylistVersions :one
select count(*) from playlist_versions where playlist_id = sqlc.arg(playlist_id);

-- name: PlaylistVersion :one
select * from playlist_versions where playlist_id = sqlc.arg(playlist_id) and version = sqlc.arg(version);

-- name: ClearPlaylistMedia :exec
delete from playlist_media where playlist_id = sqlc.arg(playlist_id);

-- name: AddPlaylistMedia :exec
insert into playlist_media (media_id, playlist_id) values (sqlc.arg(media_id), sqlc.arg(playlist_id)) on conflict do nothing;

-- name: PlaylistsWithMedia :many
select p.id, p.title from playlist_media m join playlists p on p.id = m.playlist_id
where m.media_id = sqlc.arg(media_id) and p.deleted_at = 0 order by p.title_folded, p.id;

-- name: EntriesOfPlaylist :many
select e.*, p.title as playlist_title, p.unit_id from schedule_entries e join playlists p on p.id = e.playlist_id
where e.playlist_id = sqlc.arg(playlist_id) order by e.created_at, e.id;

-- name: CountEntries :one
select count(*) from schedule_entries e join playlists p on p.id = e.playlist_id
where e.title_folded like cast(sqlc.arg(pattern) as text)
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || p.unit_id || ',%'));

-- name: Entries :many
select e.*, p.title as playlist_title, p.unit_id from schedule_entries e join playlists p on p.id = e.playlist_id
where e.title_folded like cast(sqlc.arg(pattern) as text)
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || p.unit_id || ',%'))
  and (e.created_at > cast(sqlc.arg(after_at) as bigint) or (e.created_at = cast(sqlc.arg(after_at) as bigint) and e.id > cast(sqlc.arg(after_id) as text)))
order by e.created_at, e.id limit sqlc.arg(most);

-- name: Entry :one
select e.*, p.title as playlist_title, p.unit_id from schedule_entries e join playlists p on p.id = e.playlist_id
where e.id = sqlc.arg(id);

-- name: EnabledEntries :many
select * from schedule_entries where enabled order by created_at, id;

-- name: AddEntry :exec
insert into schedule_entries (id, title, title_folded, playlist_id, target, rule, priority, enabled, version, created_at, updated_at, updated_by)
values (sqlc.arg(id), sqlc.arg(title), sqlc.arg(title_folded), sqlc.arg(playlist_id), sqlc.arg(target), sqlc.arg(rule), sqlc.arg(priority), sqlc.arg(enabled), sqlc.arg(version), sqlc.arg(at), sqlc.arg(at), sqlc.arg(by));

-- name: SaveEntry :execrows
update schedule_entries set title = sqlc.arg(title), title_folded = sqlc.arg(title_folded), playlist_id = sqlc.arg(playlist_id), target = sqlc.arg(target), rule = sqlc.arg(rule),
  priority = sqlc.arg(priority), enabled = sqlc.arg(enabled), version = sqlc.arg(version), updated_at = sqlc.arg(updated_at), updated_by = sqlc.arg(updated_by)
where id = sqlc.arg(id) and version = cast(sqlc.arg(version) as bigint) - 1;

-- name: DeleteEntry :exec
delete from schedule_entries where id = sqlc.arg(id);

-- name: Slates :many
select * from slates;

-- name: Slate :one
select media_id from slates where profile = sqlc.arg(profile);

-- name: SetSlate :exec
insert into slates (profile, media_id, set_at, set_by) values (sqlc.arg(profile), sqlc.arg(media_id), sqlc.arg(set_at), sqlc.arg(set_by))
on conflict (profile) do update set media_id = excluded.media_id, set_at = excluded.set_at, set_by = excluded.set_by;

-- name: ClearSlate :exec
delete from slates where profile = sqlc.arg(profile);

-- name: PlannedMedia :one
select m.id, m.title, m.kind, m.state, m.unit_id, m.author_id, m.duration_ms, m.territory, m.valid_until, m.deleted_at, m.preview,
  cast(coalesce((select a.media from approved a where a.media_id = m.id), '') as text) as approved
from media m where m.id = sqlc.arg(id);

-- name: PlannedThumbnails :many
select profile, thumbnail from renditions where media_id = sqlc.arg(media_id) order by profile;

-- name: PlannedScreens :many
select id, name, cluster_id, profile, tags, time_zone from screens where revoked_at = 0 order by name_folded, id;

-- name: PlannedClusters :many
select id from clusters order by id;
