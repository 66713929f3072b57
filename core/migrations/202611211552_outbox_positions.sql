-- up
-- An event gets its place in the order that clients see where it is marked delivered: one row for each event
-- instead of two. The owner passes row level security only while it is not forced.
alter table outbox add column position bigint;
alter table outbox no force row level security;
alter table stream_log no force row level security;
update outbox o set position = l.position from stream_log l where l.event_id = o.id;
alter table outbox force row level security;
drop table stream_log;
create unique index outbox_position on outbox (organization_id, position) where position is not null;
drop index outbox_delivered;

-- down
create table stream_log (
  organization_id uuid not null default qoida_org(),
  position bigint not null,
  event_id uuid not null references outbox on delete cascade,
  primary key (organization_id, position),
  unique (event_id)
);
alter table outbox no force row level security;
insert into stream_log (organization_id, position, event_id)
  select organization_id, position, id from outbox where position is not null;
alter table outbox force row level security;
select qoida_tenant_table('stream_log');
create index outbox_delivered on outbox (organization_id, delivered_at, seq) where delivered_at is not null;
drop index outbox_position;
alter table outbox drop column position;
