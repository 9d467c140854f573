-- name: Session :one
select data from sessions where token = ? and expires_at > ?;

-- name: SaveSession :exec
insert into sessions (token, data, expires_at) values (?, ?, ?)
on conflict (token) do update set data = excluded.data, expires_at = excluded.expires_at;

-- name: DeleteSession :exec
delete from sessions where token = ?;

-- name: DeleteOldSessions :exec
delete from sessions where expires_at <= ?;

-- name: TokensOf :many
select * from tokens where person_id = ? order by created_at, id;

-- name: CountTokens :one
select count(*) from tokens where person_id = ?;

-- name: AddToken :exec
insert into tokens (id, person_id, name, secret_hash, created_at, last_used_at, expires_at) values (?, ?, ?, ?, ?, 0, ?);

-- name: DeleteToken :execrows
delete from tokens where id = ? and person_id = ?;

-- name: TokenByHash :one
select * from tokens where secret_hash = ?;

-- name: TokenUsed :exec
update tokens set last_used_at = ? where id = ?;
