-- name: Charters :many
select * from charters order by number;

-- name: AddCharter :exec
insert into charters (number, payload, object, envelope, issued_at, expires_at, accepted_at, person_id, person_name)
values (sqlc.arg(number), sqlc.arg(payload), sqlc.arg(object), sqlc.arg(envelope), sqlc.arg(issued_at), sqlc.arg(expires_at), sqlc.arg(accepted_at), sqlc.arg(person_id), sqlc.arg(person_name));

-- name: SigningCredentials :many
select * from signing_credentials
where cast(sqlc.arg(person) as text) = '' or person_id = cast(sqlc.arg(person) as text)
order by created_at, id;

-- name: AddSigningCredential :exec
insert into signing_credentials (id, person_id, kind, algorithm, public_key, rp_id, independent, credential_id, label, created_at)
values (sqlc.arg(id), sqlc.arg(person_id), sqlc.arg(kind), sqlc.arg(algorithm), sqlc.arg(public_key), sqlc.arg(rp_id), sqlc.arg(independent), sqlc.arg(credential_id), sqlc.arg(label), sqlc.arg(created_at));

-- name: DropSigningCredential :exec
delete from signing_credentials where id = sqlc.arg(id);

-- name: ApprovalObjects :many
select approval from approved union all select approval from supplements;
