-- up
create table sessions (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  workcenter_id uuid not null,
  sku_id uuid not null,
  partiya_no text not null,
  shift text not null,
  business_date date not null,
  operators uuid[] not null,
  status text not null default 'opened',
  started_at timestamptz not null,
  production_ended_at timestamptz,
  ended_at timestamptz,
  pause_reason text,
  recipe_snapshot jsonb,
  reopen_count bigint not null default 0,
  opened_by uuid,
  closed_by uuid,
  primary key (id),
  constraint sessions_workcenter_id_fkey foreign key (workcenter_id) references workcenters (id),
  constraint sessions_sku_id_fkey foreign key (sku_id) references skus (id),
  constraint sessions_partiya_no_length check (char_length(partiya_no) <= 64),
  constraint sessions_shift_values check (shift in ('day', 'night')),
  constraint sessions_status_values check (status in ('opened', 'paused', 'closed')),
  constraint sessions_pause_reason_length check (char_length(pause_reason) <= 200),
  constraint sessions_reopen_count_min check (reopen_count >= 0),
  constraint sessions_opened_by_fkey foreign key (opened_by) references users (id),
  constraint sessions_closed_by_fkey foreign key (closed_by) references users (id),
  constraint session_operators check (cardinality(operators) between 1 and 2)
);
create unique index sessions_one_running on sessions (organization_id, workcenter_id) where status in ('opened', 'paused') and production_ended_at is null;
create index sessions_status_workcenter_id_idx on sessions (status, workcenter_id);
create index sessions_business_date_shift_idx on sessions (business_date, shift);
select qoida_tenant_table('sessions');

create table session_input_links (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  session_id uuid not null,
  stock_txn_id uuid not null,
  stock_txn_ts timestamptz not null,
  material_id uuid,
  sku_id uuid,
  batch_no text,
  is_vt boolean not null default false,
  qty_kg numeric(14,3) not null,
  primary key (id),
  constraint session_input_links_session_id_fkey foreign key (session_id) references sessions (id),
  constraint session_input_links_material_id_fkey foreign key (material_id) references materials (id),
  constraint session_input_links_sku_id_fkey foreign key (sku_id) references skus (id),
  constraint session_input_links_batch_no_length check (char_length(batch_no) <= 64),
  constraint session_input_links_qty_kg_min check (qty_kg >= 0),
  constraint session_input_link_one_thing check ((material_id is null) <> (sku_id is null)),
  constraint session_input_link_qty check (qty_kg > 0)
);
create unique index session_input_links_session_id_stock_txn_id_key on session_input_links (organization_id, session_id, stock_txn_id);
create index session_input_links_session_id_idx on session_input_links (session_id);
select qoida_tenant_table('session_input_links');

create table session_balances (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  session_id uuid not null,
  input_kg numeric(14,3) not null,
  good_kg numeric(14,3) not null,
  wip_kg numeric(14,3) not null,
  scrap_expected_kg numeric(14,3) not null,
  rework_in_linked_kg numeric(14,3) not null default 0,
  disposed_linked_kg numeric(14,3) not null default 0,
  outstanding_kg numeric(14,3) not null default 0,
  unexplained_kg numeric(14,3) not null,
  delta_session_kg numeric(14,3) not null default 0,
  limit_kg numeric(14,3) not null,
  closed boolean not null default false,
  computed_at timestamptz not null,
  version bigint not null default 1,
  primary key (id),
  constraint session_balances_session_id_fkey foreign key (session_id) references sessions (id),
  constraint session_balances_input_kg_min check (input_kg >= 0),
  constraint session_balances_good_kg_min check (good_kg >= 0),
  constraint session_balances_wip_kg_min check (wip_kg >= 0),
  constraint session_balances_rework_in_linked_kg_min check (rework_in_linked_kg >= 0),
  constraint session_balances_disposed_linked_kg_min check (disposed_linked_kg >= 0),
  constraint session_balances_outstanding_kg_min check (outstanding_kg >= 0),
  constraint session_balances_delta_session_kg_min check (delta_session_kg >= 0),
  constraint session_balances_limit_kg_min check (limit_kg >= 0),
  constraint session_balances_version_min check (version >= 1),
  constraint session_delta_check check (not closed or delta_session_kg <= least(0.01 * input_kg, 5))
);
create unique index session_balances_session_id_key on session_balances (organization_id, session_id);
create index session_balances_delta on session_balances (delta_session_kg) where delta_session_kg > 0;
select qoida_tenant_table('session_balances');

create table shop_snapshots (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  business_date date not null,
  shift text not null,
  by_user uuid,
  shift_finished boolean not null default false,
  primary key (id),
  constraint shop_snapshots_shift_values check (shift in ('day', 'night')),
  constraint shop_snapshots_by_user_fkey foreign key (by_user) references users (id)
);
create index shop_snapshots_business_date_shift_idx on shop_snapshots (business_date, shift);
select qoida_tenant_table('shop_snapshots');

create table shop_snapshot_lines (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  snapshot_id uuid not null,
  line_no bigint not null,
  material_id uuid not null,
  batch_no text not null,
  session_id uuid,
  measured_kg numeric(14,3) not null,
  book_kg numeric(14,3) not null,
  variance_kg numeric(14,3) not null,
  wip_kg numeric(14,3) not null,
  effect_kg numeric(14,3) not null,
  scale_event_id uuid,
  stock_txn_id uuid,
  superseded boolean not null default false,
  primary key (id),
  constraint shop_snapshot_lines_snapshot_id_fkey foreign key (snapshot_id) references shop_snapshots (id),
  constraint shop_snapshot_lines_line_no_min check (line_no >= 1),
  constraint shop_snapshot_lines_material_id_fkey foreign key (material_id) references materials (id),
  constraint shop_snapshot_lines_batch_no_length check (char_length(batch_no) <= 64),
  constraint shop_snapshot_lines_session_id_fkey foreign key (session_id) references sessions (id),
  constraint shop_snapshot_lines_measured_kg_min check (measured_kg >= 0),
  constraint shop_snapshot_lines_wip_kg_min check (wip_kg >= 0)
);
create unique index shop_snapshot_lines_snapshot_id_line_no_key on shop_snapshot_lines (organization_id, snapshot_id, line_no);
select qoida_tenant_table('shop_snapshot_lines');

create table shop_snapshot_wip (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  line_id uuid not null,
  session_id uuid not null,
  wip_kg numeric(14,3) not null,
  superseded boolean not null default false,
  primary key (id),
  constraint shop_snapshot_wip_line_id_fkey foreign key (line_id) references shop_snapshot_lines (id),
  constraint shop_snapshot_wip_session_id_fkey foreign key (session_id) references sessions (id),
  constraint shop_snapshot_wip_wip_kg_min check (wip_kg >= 0)
);
create unique index shop_snapshot_wip_line_id_session_id_key on shop_snapshot_wip (organization_id, line_id, session_id);
create index shop_snapshot_wip_session on shop_snapshot_wip (session_id) where not superseded;
select qoida_tenant_table('shop_snapshot_wip');

-- A partitioned table is referred to by its whole key (F-OP-52).
alter table session_input_links add constraint session_input_links_stock_txn_fkey
  foreign key (stock_txn_id, stock_txn_ts) references stock_txn (id, ts)
  -- Rows that waited in the default partition move to their own in one transaction.
  deferrable initially deferred;

-- down
drop table shop_snapshot_wip;
drop table shop_snapshot_lines;
drop table shop_snapshots;
drop table session_balances;
drop table session_input_links;
drop table sessions;
