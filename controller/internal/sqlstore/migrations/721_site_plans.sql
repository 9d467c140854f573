-- +goose Up
create table site_plans ( -- what technicians draw of a site
  cluster_id text primary key references clusters (id),
  version integer not null,
  plan text not null, -- JSON, validated before it is kept
  by_id text not null,
  at integer not null
);

-- +goose Down
drop table site_plans;
