-- name: SitePlan :one
select * from site_plans where cluster_id = sqlc.arg(cluster);

-- name: PutSitePlan :exec
insert into site_plans (cluster_id, version, plan, by_id, at)
values (sqlc.arg(cluster_id), sqlc.arg(version), sqlc.arg(plan), sqlc.arg(by_id), sqlc.arg(at))
on conflict (cluster_id) do update set version = excluded.version, plan = excluded.plan, by_id = excluded.by_id, at = excluded.at;
