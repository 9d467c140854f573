-- name: AddEnrolBatch :exec
insert into enrol_batches (id, cluster_id, profile, secret, confirm, created_by, created_at, valid_until)
values (?, ?, ?, ?, ?, ?, ?, ?);

-- name: AddEnrolSeat :exec
insert into enrol_seats (batch_id, number, name, marks) values (?, ?, ?, ?);

-- name: EnrolBatches :many
select * from enrol_batches where valid_until > sqlc.arg(since) order by created_at desc, id;

-- name: EnrolSeats :many
select * from enrol_seats where batch_id = sqlc.arg(batch_id) order by number;

-- name: RevokeEnrolBatch :execrows
update enrol_batches set revoked_at = sqlc.arg(at) where id = sqlc.arg(id) and revoked_at = 0;

-- name: TakeEnrolSeat :execrows
update enrol_seats set screen_id = sqlc.arg(screen_id), taken_at = sqlc.arg(at)
where batch_id = sqlc.arg(batch_id) and number = sqlc.arg(number) and screen_id = ''
  and exists (select 1 from enrol_batches b where b.id = enrol_seats.batch_id and b.revoked_at = 0 and b.valid_until > sqlc.arg(at));

-- name: SeatPairing :exec
update pairings set batch_id = sqlc.arg(batch_id), seat = sqlc.arg(seat) where id = sqlc.arg(id);
