-- name: Profiles :many
select profiles.*, people.name as person_name from profiles join people on people.id = profiles.person_id order by profile;

-- name: PutProfile :exec
insert into profiles (profile, name, chosen, person_id, changed_at)
values (sqlc.arg(profile), sqlc.arg(name), sqlc.arg(chosen), sqlc.arg(person_id), sqlc.arg(changed_at))
on conflict (profile) do update set name = excluded.name, chosen = excluded.chosen, person_id = excluded.person_id, changed_at = excluded.changed_at;

-- name: DropProfile :exec
delete from profiles where profile = sqlc.arg(profile);

-- name: ScreensByProfile :many
select profile, count(*) as screens from screens where revoked_at = 0 group by profile order by profile;

-- name: LibrarySize :one
select count(*) from media where deleted_at = 0 and state in ('draft', 'returned', 'submitted', 'reviewed', 'approved');

-- name: ProfileRendered :one
select count(*) from media m join renditions r on r.media_id = m.id
where m.deleted_at = 0 and m.state in ('draft', 'returned', 'submitted', 'reviewed', 'approved') and r.profile = sqlc.arg(profile);

-- name: ProfileFailed :one
select count(*) from media m
where m.deleted_at = 0 and m.state in ('draft', 'returned', 'submitted', 'reviewed', 'approved')
  and not exists (select 1 from renditions r where r.media_id = m.id and r.profile = sqlc.arg(profile))
  and exists (select 1 from jobs j where j.subject = m.id and j.kind = 'rerender' and j.state = 'failed');

-- name: ProfileUndecided :one
select count(*) from media m join renditions r on r.media_id = m.id
where m.deleted_at = 0 and m.state = 'approved' and r.profile = sqlc.arg(profile)
  and not exists (select 1 from covered c where c.media_id = m.id and c.profile = r.profile and c.digest = r.digest);

-- name: LackingRendition :many
select m.id from media m
where m.deleted_at = 0 and m.state in ('draft', 'returned', 'approved')
  and not exists (select 1 from renditions r where r.media_id = m.id and r.profile = sqlc.arg(profile))
  and not exists (select 1 from jobs j where j.subject = m.id and j.kind = 'rerender' and j.state in ('queued', 'running', 'failed'))
order by m.state, m.updated_at desc, m.id limit sqlc.arg(most);

-- name: UnderRendering :one
select count(*) from jobs where kind = 'render' and state in ('queued', 'running');

-- name: ForgetFailedRerender :exec
update jobs set state = 'replaced' where kind = 'rerender' and state = 'failed';

-- name: RerenderUnfinished :one
select count(*) from jobs where kind = 'rerender' and state in ('queued', 'running');

-- name: RerenderRunning :many
select j.subject, j.stage, j.progress, m.title from jobs j join media m on m.id = j.subject
where j.kind = 'rerender' and j.state = 'running' order by j.updated_at desc limit 1;

-- name: RerenderFailed :many
select j.subject, j.reason, j.params, m.title from jobs j join media m on m.id = j.subject
where j.kind = 'rerender' and j.state = 'failed' and m.deleted_at = 0 order by j.updated_at desc, j.id limit sqlc.arg(most);
