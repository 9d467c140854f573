-- name: RetireCertificates :exec
insert into replaced_devices (screen_id, replaced_at, certificate)
select id, cast(sqlc.arg(at) as bigint), certificate from screens where id = sqlc.arg(id)
union
select screen_id, cast(sqlc.arg(at) as bigint), certificate from earlier_certificates where screen_id = sqlc.arg(id);

-- name: DropEarlierCertificates :exec
delete from earlier_certificates where screen_id = sqlc.arg(screen_id);

-- name: ReplaceDevice :execrows
update screens set device_key = sqlc.arg(device_key), certificate = sqlc.arg(certificate), replaced_at = sqlc.arg(at)
where id = sqlc.arg(id) and revoked_at = 0;

-- name: ForgetReported :exec
delete from reported where screen_id = sqlc.arg(screen_id);

-- name: ReplacedCertificates :many
select certificate, replaced_at from replaced_devices order by screen_id, replaced_at;
