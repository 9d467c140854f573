-- name: ReplaceJobs :exec
update jobs set state = 'replaced', owner = '', updated_at = sqlc.arg(updated_at)
where subject = sqlc.arg(subject) and kind = sqlc.arg(kind) and state in ('queued', 'running');

-- name: InsertJob :exec
insert into jobs (id, kind, subject, payload, state, run_at, created_at, updated_at)
values (sqlc.arg(id), sqlc.arg(kind), sqlc.arg(subject), sqlc.arg(payload), 'queued', sqlc.arg(run_at), sqlc.arg(created_at), sqlc.arg(updated_at));

-- name: DueJob :one
select * from jobs
where cast(sqlc.arg(kinds) as text) like '%,' || kind || ',%'
  and (state = 'queued' and run_at <= sqlc.arg(now) or state = 'running' and lease_until <= sqlc.arg(now))
order by run_at, created_at, id limit 1;

-- name: LeaseJob :execrows
update jobs set state = 'running', attempt = attempt + 1, owner = sqlc.arg(owner), lease_until = sqlc.arg(lease_until), updated_at = sqlc.arg(now)
where id = sqlc.arg(id) and (state = 'queued' or state = 'running' and lease_until <= sqlc.arg(now));

-- name: BeatJob :execrows
update jobs set lease_until = sqlc.arg(lease_until), stage = sqlc.arg(stage), progress = sqlc.arg(progress), updated_at = sqlc.arg(now)
where id = sqlc.arg(id) and owner = sqlc.arg(owner) and state = 'running';

-- name: SettleJob :execrows
update jobs set state = sqlc.arg(state), run_at = sqlc.arg(run_at), reason = sqlc.arg(reason), params = sqlc.arg(params), progress = sqlc.arg(progress),
  attempt = attempt - cast(sqlc.arg(uncount) as bigint), owner = '', updated_at = sqlc.arg(now)
where id = sqlc.arg(id) and owner = sqlc.arg(owner) and state = 'running';

-- name: AbandonJobs :exec
update jobs set lease_until = sqlc.arg(now)
where state = 'running' and owner like cast(sqlc.arg(owners) as text);

-- name: GetJob :one
select * from jobs where id = sqlc.arg(id);

-- name: NewestJob :one
select * from jobs where subject = sqlc.arg(subject) and kind = sqlc.arg(kind) and state <> 'replaced'
order by created_at desc, id limit 1;
