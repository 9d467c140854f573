-- name: AddOrder :exec
insert into orders (number, id, body, title, at)
values ((select coalesce(max(o.number), 0) + 1 from orders o), sqlc.arg(id), sqlc.arg(body), sqlc.arg(title), sqlc.arg(at));

-- name: AddOrderHand :exec
insert into order_hands (order_id, person_id, person_name, signature, at)
values (sqlc.arg(order_id), sqlc.arg(person_id), sqlc.arg(person_name), sqlc.arg(signature), sqlc.arg(at));

-- name: AddOrderStanding :exec
insert into orders_standing (order_id, at) values (sqlc.arg(order_id), sqlc.arg(at));

-- name: Orders :many
select o.number, o.id, o.body, o.title, o.at, cast(coalesce(s.at, 0) as bigint) as standing_at
from orders o left join orders_standing s on s.order_id = o.id order by o.number;

-- name: OrderHands :many
select * from order_hands order by order_id, at, person_id;

-- name: AddSafe :exec
insert into safes (number, id, person_id, person_name, at, clusters, screens)
values ((select coalesce(max(s.number), 0) + 1 from safes s), sqlc.arg(id), sqlc.arg(person_id), sqlc.arg(person_name), sqlc.arg(at), sqlc.arg(clusters), sqlc.arg(screens));

-- name: Safes :many
select * from safes order by number;

-- name: SetOrderSet :execrows
insert into order_sets (screen_id, epoch, counter, issued_at, content, envelope)
values (sqlc.arg(screen_id), sqlc.arg(epoch), sqlc.arg(counter), sqlc.arg(issued_at), sqlc.arg(content), sqlc.arg(envelope))
on conflict (screen_id) do update set epoch = excluded.epoch, counter = excluded.counter, issued_at = excluded.issued_at,
  content = excluded.content, envelope = excluded.envelope
where excluded.epoch > order_sets.epoch or (excluded.epoch = order_sets.epoch and excluded.counter > order_sets.counter);

-- name: OrderSets :many
select * from order_sets;

-- name: AddOutgoingOrders :one
insert into orders_outbox (screen_id, created_at) values (sqlc.arg(screen_id), sqlc.arg(created_at))
returning id;

-- name: OutgoingOrders :many
select cast(o.newest as bigint) as id, o.screen_id, s.epoch, s.counter, s.envelope
from (select max(orders_outbox.id) as newest, orders_outbox.screen_id from orders_outbox group by orders_outbox.screen_id) o
join order_sets s on s.screen_id = o.screen_id
order by o.newest
limit sqlc.arg(most);

-- name: ForgetOutgoingOrders :exec
delete from orders_outbox where screen_id = sqlc.arg(screen_id) and id <= sqlc.arg(up_to);

-- name: OrderReceipts :many
select * from order_receipts;

-- name: SaveOrderReceipt :exec
insert into order_receipts (screen_id, order_id, epoch, counter, told_at, state, at)
values (sqlc.arg(screen_id), sqlc.arg(order_id), sqlc.arg(epoch), sqlc.arg(counter), sqlc.arg(told_at), sqlc.arg(state), sqlc.arg(at))
on conflict (screen_id, order_id) do update set state = excluded.state, at = excluded.at;

-- name: OrderedMedia :one
select title, unit_id from media where id = sqlc.arg(id);

-- name: OrderedRenditions :many
select digest from renditions where media_id = sqlc.arg(media_id) order by digest;

-- name: OrderedStatements :many
select statement from decisions where media_id = sqlc.arg(media_id) order by sequence desc;
