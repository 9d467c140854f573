-- name: Ping :one
select cast(1 as bigint) as one;
