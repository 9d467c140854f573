-- name: KeepCertificate :execrows
insert into earlier_certificates (screen_id, replaced_at, certificate)
select id, cast(sqlc.arg(replaced_at) as bigint), certificate from screens where id = sqlc.arg(id) and revoked_at = 0;

-- name: ReplaceCertificate :exec
update screens set certificate = ? where id = ? and revoked_at = 0;

-- name: EarlierRevokedCertificates :many
select e.certificate, s.revoked_at from earlier_certificates e
join screens s on s.id = e.screen_id
where s.revoked_at <> 0 order by e.screen_id, e.replaced_at;
