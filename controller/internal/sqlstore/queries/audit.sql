-- name: AuditHead :one
select seq, hash from audit order by seq desc limit 1;

-- name: AppendAudit :exec
insert into audit (seq, at, actor_id, kind, subject_id, detail, prev, hash)
values (sqlc.arg(seq), sqlc.arg(at), sqlc.arg(actor_id), sqlc.arg(kind), sqlc.arg(subject_id), sqlc.arg(detail), sqlc.arg(prev), sqlc.arg(hash));

-- name: AuditAfter :many
select seq, at, actor_id, kind, subject_id, detail, prev, hash from audit
where seq > sqlc.arg(after) order by seq limit sqlc.arg(most);

-- name: FindAudit :many
select seq, at, actor_id, kind, subject_id, detail, prev, hash from audit
where seq < cast(sqlc.arg(before) as bigint)
  and (cast(sqlc.arg(kinds) as text) = '' or kind like cast(sqlc.arg(kinds) as text))
  and (cast(sqlc.arg(actor) as text) = '' or actor_id = cast(sqlc.arg(actor) as text))
  and (cast(sqlc.arg(since) as bigint) = 0 or at >= cast(sqlc.arg(since) as bigint))
  and (cast(sqlc.arg(until) as bigint) = 0 or at < cast(sqlc.arg(until) as bigint))
order by seq desc limit cast(sqlc.arg(most) as bigint);

-- name: CountAudit :one
select count(*) from audit
where (cast(sqlc.arg(kinds) as text) = '' or kind like cast(sqlc.arg(kinds) as text))
  and (cast(sqlc.arg(actor) as text) = '' or actor_id = cast(sqlc.arg(actor) as text))
  and (cast(sqlc.arg(since) as bigint) = 0 or at >= cast(sqlc.arg(since) as bigint))
  and (cast(sqlc.arg(until) as bigint) = 0 or at < cast(sqlc.arg(until) as bigint));

-- name: AuditPeople :many
select distinct actor_id from audit where actor_id <> '' order by actor_id;
