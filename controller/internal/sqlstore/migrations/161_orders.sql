-- +goose Up
-- Orders outlive media, people and screens, so that they refer to none.
create table orders (
  number integer primary key, -- rises; the order of arrival
  id text not null unique,
  body blob not null, -- canonical bytes
  title text not null, -- of the media, as it was that day
  at integer not null
);

create table order_hands (
  order_id text not null references orders (id),
  person_id text not null,
  person_name text not null, -- as it was that day
  signature text not null, -- JSON
  at integer not null,
  primary key (order_id, person_id)
);

-- When an order had hands enough.
create table orders_standing (
  order_id text primary key references orders (id),
  at integer not null
);

-- Calls for the slate.
create table safes (
  number integer primary key, -- rises
  id text not null unique,
  person_id text not null,
  person_name text not null, -- as it was that day
  at integer not null,
  clusters text not null, -- JSON
  screens text not null -- JSON
);

-- The newest set of each screen.
create table order_sets (
  screen_id text primary key,
  epoch integer not null,
  counter integer not null,
  issued_at integer not null,
  content text not null,
  envelope blob not null
);

-- How screens have taken orders and calls, by their own reports.
create table order_receipts (
  screen_id text not null,
  order_id text not null,
  epoch integer not null,
  counter integer not null, -- of the first set that told it
  told_at integer not null,
  state text not null,
  at integer not null,
  primary key (screen_id, order_id)
);

create table orders_outbox (
  id integer primary key,
  screen_id text not null,
  created_at integer not null
);
create index orders_outbox_of_screen on orders_outbox (screen_id, id);

-- +goose StatementBegin
create trigger orders_stay_as_signed before update on orders
begin select raise(abort, 'orders are never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger orders_stay before delete on orders
begin select raise(abort, 'orders are never deleted'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger hands_stay_as_signed before update on order_hands
begin select raise(abort, 'signatures are never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger hands_stay before delete on order_hands
begin select raise(abort, 'signatures are never deleted'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger standing_stays_as_it_is before update on orders_standing
begin select raise(abort, 'that an order stands is never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger standing_stays before delete on orders_standing
begin select raise(abort, 'that an order stands is never deleted'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger safes_stay_as_called before update on safes
begin select raise(abort, 'calls for the slate are never changed'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger safes_stay before delete on safes
begin select raise(abort, 'calls for the slate are never deleted'); end;
-- +goose StatementEnd

-- +goose Down
drop table orders_outbox;
drop table order_receipts;
drop table order_sets;
drop table safes;
drop table orders_standing;
drop table order_hands;
drop table orders;
