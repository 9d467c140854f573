-- name: Totp :one
select * from totp where person_id = ?;

-- name: BeginTotp :execrows
insert into totp (person_id, secret, created_at) values (?, ?, ?)
on conflict (person_id) do update set secret = excluded.secret, created_at = excluded.created_at
where totp.confirmed_at = 0;

-- name: ConfirmTotp :execrows
update totp set confirmed_at = sqlc.arg(confirmed_at), last_step = sqlc.arg(last_step)
where person_id = sqlc.arg(person_id) and confirmed_at = 0 and secret = sqlc.arg(secret);

-- name: TakeTotpStep :execrows
update totp set last_step = sqlc.arg(step)
where person_id = sqlc.arg(person_id) and confirmed_at > 0 and last_step < sqlc.arg(step);

-- name: DeleteTotp :exec
delete from totp where person_id = ?;

-- name: AddRecoveryCode :exec
insert into recovery_codes (person_id, code_hash) values (?, ?);

-- name: TakeRecoveryCode :execrows
update recovery_codes set used_at = sqlc.arg(used_at)
where person_id = sqlc.arg(person_id) and code_hash = sqlc.arg(code_hash) and used_at = 0;

-- name: CountRecoveryCodes :one
select count(*) from recovery_codes where person_id = ? and used_at = 0;

-- name: DeleteRecoveryCodes :exec
delete from recovery_codes where person_id = ?;

-- name: CredentialsOf :many
select * from credentials where person_id = ? order by created_at, id;

-- name: CountCredentials :one
select count(*) from credentials where person_id = ?;

-- name: AddCredential :exec
insert into credentials (id, person_id, label, credential_id, public_key, sign_count, flags, transports, created_at)
values (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: CredentialUsed :execrows
update credentials set sign_count = sqlc.arg(sign_count), flags = sqlc.arg(flags), last_used_at = sqlc.arg(last_used_at)
where id = sqlc.arg(id) and sign_count = sqlc.arg(former_count);

-- name: DeleteCredential :execrows
delete from credentials where id = ? and person_id = ?;

-- name: DeleteCredentials :exec
delete from credentials where person_id = ?;
