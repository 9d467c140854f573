-- name: InsertUpload :exec
insert into uploads (id, person_id, file_name, size, created_at)
values (sqlc.arg(id), sqlc.arg(person_id), sqlc.arg(file_name), sqlc.arg(size), sqlc.arg(created_at));

-- name: GetUpload :one
select * from uploads where id = sqlc.arg(id);

-- name: FinishUpload :exec
update uploads set finished_at = sqlc.arg(finished_at), media_id = sqlc.arg(media_id), duplicate = sqlc.arg(duplicate), reason = sqlc.arg(reason), params = sqlc.arg(params)
where id = sqlc.arg(id) and finished_at = 0;

-- name: DeleteUpload :exec
delete from uploads where id = sqlc.arg(id);

-- name: OpenUploads :one
select count(*) as number, cast(coalesce(sum(size), 0) as bigint) as bytes from uploads
where person_id = sqlc.arg(person_id) and finished_at = 0;

-- name: UploadsBefore :many
select * from uploads where created_at < sqlc.arg(before) order by created_at limit 1000;
