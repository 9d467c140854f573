-- name: NewestCapture :one
select * from captures_newest where screen_id = sqlc.arg(screen) and witness = sqlc.arg(witness);

-- name: PutNewestCapture :exec
insert into captures_newest (screen_id, witness, sha256, finding, wanted, at, size, width, height)
values (sqlc.arg(screen_id), sqlc.arg(witness), sqlc.arg(sha256), sqlc.arg(finding), sqlc.arg(wanted), sqlc.arg(at), sqlc.arg(size), sqlc.arg(width), sqlc.arg(height))
on conflict (screen_id, witness) do update set
  sha256 = excluded.sha256, finding = excluded.finding, wanted = excluded.wanted, at = excluded.at,
  size = excluded.size, width = excluded.width, height = excluded.height;

-- name: AddEvidence :exec
insert into capture_evidence (screen_id, sha256, witness, finding, wanted, at, size, width, height)
values (sqlc.arg(screen_id), sqlc.arg(sha256), sqlc.arg(witness), sqlc.arg(finding), sqlc.arg(wanted), sqlc.arg(at), sqlc.arg(size), sqlc.arg(width), sqlc.arg(height))
on conflict (screen_id, sha256) do nothing;

-- name: EvidenceOrder :many
select sha256, size from capture_evidence where screen_id = sqlc.arg(screen)
order by case when finding in ('unsure', 'blind') then 0 else 1 end, at, sha256;

-- name: DropEvidence :exec
delete from capture_evidence where screen_id = sqlc.arg(screen) and sha256 = sqlc.arg(sha256);

-- name: NewestCaptures :many
select * from captures_newest order by screen_id, witness;

-- name: NewestCapturesOf :many
select * from captures_newest where screen_id = sqlc.arg(screen) order by at desc, witness;

-- name: EvidenceOf :many
select * from capture_evidence where screen_id = sqlc.arg(screen) and at < sqlc.arg(before)
order by at desc, sha256 limit sqlc.arg(most);

-- name: CountEvidenceOf :one
select count(*) from capture_evidence where screen_id = sqlc.arg(screen);

-- name: EvidenceNamed :one
select * from capture_evidence where screen_id = sqlc.arg(screen) and sha256 = sqlc.arg(sha256);

-- name: NewestNamed :one
select * from captures_newest where screen_id = sqlc.arg(screen) and sha256 = sqlc.arg(sha256) limit 1;

-- name: DropNewestCaptures :many
delete from captures_newest where screen_id = sqlc.arg(screen) returning sha256;

-- name: DropEvidenceBefore :many
delete from capture_evidence where at < sqlc.arg(before) returning sha256;

-- name: EvidenceBytes :one
select cast(coalesce(sum(size), 0) as bigint) from capture_evidence;

-- name: OldestEvidence :many
select screen_id, sha256, size from capture_evidence order by at, screen_id, sha256 limit sqlc.arg(most);

-- name: CaptureUses :one
select (select count(*) from captures_newest n where n.sha256 = sqlc.arg(sha256)) + (select count(*) from capture_evidence e where e.sha256 = sqlc.arg(sha256)) as uses;

-- name: CaptureNames :many
select sha256 from captures_newest union select sha256 from capture_evidence;

-- name: LoseNewestCapture :exec
delete from captures_newest where sha256 = sqlc.arg(sha256);

-- name: LoseEvidence :exec
delete from capture_evidence where sha256 = sqlc.arg(sha256);
