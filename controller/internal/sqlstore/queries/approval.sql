-- name: AddDecision :exec
insert into decisions (id, media_id, revision, act, person_id, person_name, reason, decided_at, sequence, statement, batch, signature)
values (sqlc.arg(id), sqlc.arg(media_id), sqlc.arg(revision), sqlc.arg(act), sqlc.arg(person_id), sqlc.arg(person_name), sqlc.arg(reason), sqlc.arg(decided_at),
  (select coalesce(max(d.sequence), 0) + 1 from decisions d), sqlc.arg(statement), sqlc.arg(batch), sqlc.arg(signature));

-- name: DecisionsOf :many
select * from decisions where media_id = sqlc.arg(media_id) order by sequence;

-- name: SetMediaState :exec
update media set state = sqlc.arg(state), updated_at = sqlc.arg(updated_at) where id = sqlc.arg(id);

-- name: MediaWaiting :many
select id from media
where state = sqlc.arg(state) and deleted_at = 0
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || unit_id || ',%'))
order by updated_at, id limit sqlc.arg(most);

-- name: MediaReturned :many
select id from media where state = 'returned' and author_id = sqlc.arg(author) and deleted_at = 0
order by updated_at desc, id limit sqlc.arg(most);

-- name: SetApproved :exec
insert into approved (media_id, revision, approval, media, approved_at, charter)
values (sqlc.arg(media_id), sqlc.arg(revision), sqlc.arg(approval), sqlc.arg(media), sqlc.arg(approved_at), sqlc.arg(charter))
on conflict (media_id) do update set revision = excluded.revision, approval = excluded.approval, media = excluded.media, approved_at = excluded.approved_at, charter = excluded.charter;

-- name: EndApproved :exec
delete from approved where media_id = sqlc.arg(media_id);

-- name: Approved :one
select approval, media from approved where media_id = sqlc.arg(media_id);

-- name: Withdrawn :many
select d.media_id from decisions d
where d.act = 'withdraw' and not exists (select 1 from approved a where a.media_id = d.media_id)
group by d.media_id order by max(d.sequence) desc;

-- name: MediaTitle :one
select title from media where id = sqlc.arg(id);

-- name: AddDeclaration :exec
insert into declarations (decision_id, media_id) values (sqlc.arg(decision_id), sqlc.arg(media_id));

-- name: DeclarationsOf :many
select decision_id from declarations where media_id = sqlc.arg(media_id);

-- name: ApprovedBefore :many
select media_id, approval from approved where charter < sqlc.arg(charter) and media_id > sqlc.arg(after)
order by media_id limit sqlc.arg(most);

-- name: ApprovedStands :exec
update approved set charter = sqlc.arg(charter) where media_id = sqlc.arg(media_id);

-- name: MediaAgain :many
select m.id from media m join approved a on a.media_id = m.id and a.revision = m.revision
where m.state = 'approved' and m.deleted_at = 0 and a.charter < sqlc.arg(charter)
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || m.unit_id || ',%'))
order by m.updated_at, m.id limit sqlc.arg(most);

-- name: AddSupplement :exec
insert into supplements (media_id, number, revision, approval, charter, approved_at)
values (sqlc.arg(media_id), (select coalesce(max(s.number), 0) + 1 from supplements s where s.media_id = sqlc.arg(media_id)),
  sqlc.arg(revision), sqlc.arg(approval), sqlc.arg(charter), sqlc.arg(approved_at));

-- name: Supplements :many
select approval from supplements where media_id = sqlc.arg(media_id) order by number;

-- name: EndSupplements :exec
delete from supplements where media_id = sqlc.arg(media_id);

-- name: SupplementsBefore :many
select media_id, number, approval from supplements
where charter < sqlc.arg(charter) and (media_id > cast(sqlc.arg(after) as text) or media_id = cast(sqlc.arg(after) as text) and number > sqlc.arg(number))
order by media_id, number limit sqlc.arg(most);

-- name: SupplementStands :exec
update supplements set charter = sqlc.arg(charter) where media_id = sqlc.arg(media_id) and number = sqlc.arg(number);

-- name: Cover :exec
insert into covered (media_id, profile, digest) values (sqlc.arg(media_id), sqlc.arg(profile), sqlc.arg(digest)) on conflict (media_id, profile, digest) do nothing;

-- name: Uncover :exec
delete from covered where media_id = sqlc.arg(media_id);

-- name: SetApprovedMedia :exec
update approved set media = sqlc.arg(media) where media_id = sqlc.arg(media_id);

-- name: UncoverOne :exec
delete from covered where media_id = sqlc.arg(media_id) and profile = sqlc.arg(profile) and digest = sqlc.arg(digest);

-- name: CoveredOf :many
select profile, digest from covered where media_id = sqlc.arg(media_id);

-- name: ApprovalOf :one
select approval, revision from approved where media_id = sqlc.arg(media_id);

-- name: MediaUncovered :many
select m.id from media m
where m.state = 'approved' and m.deleted_at = 0
  and exists (select 1 from renditions r where r.media_id = m.id
    and not exists (select 1 from covered c where c.media_id = m.id and c.profile = r.profile and c.digest = r.digest))
  and (cast(sqlc.arg(every) as bigint) = 1 or cast(sqlc.arg(units) as text) like ('%,' || m.unit_id || ',%'))
order by m.updated_at, m.id limit sqlc.arg(most);
