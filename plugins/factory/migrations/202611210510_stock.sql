-- up
create table stock_items (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  location_id uuid not null,
  item_type text not null,
  material_id uuid,
  sku_id uuid,
  batch_no text,
  qty numeric(14,3) not null default 0,
  uom text not null,
  degaz_status text,
  primary key (id),
  constraint stock_items_location_id_fkey foreign key (location_id) references stock_locations (id),
  constraint stock_items_item_type_values check (item_type in ('material', 'sku', 'vt')),
  constraint stock_items_material_id_fkey foreign key (material_id) references materials (id),
  constraint stock_items_sku_id_fkey foreign key (sku_id) references skus (id),
  constraint stock_items_batch_no_length check (char_length(batch_no) <= 64),
  constraint stock_items_qty_min check (qty >= 0),
  constraint stock_items_uom_values check (uom in ('kg', 'm', 'm2')),
  constraint stock_items_degaz_status_values check (degaz_status in ('pending', 'done')),
  constraint stock_item_one_thing check ((material_id is null) <> (sku_id is null))
);
create unique index stock_items_key on stock_items (organization_id, location_id, item_type, coalesce(material_id, sku_id), coalesce(batch_no, ''));
select qoida_tenant_table('stock_items');

create table stock_txn (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  type text not null,
  from_location_id uuid,
  to_location_id uuid,
  item_type text not null,
  material_id uuid,
  sku_id uuid,
  batch_no text,
  qty numeric(14,3) not null,
  uom text not null,
  ts timestamptz not null,
  by_user uuid,
  ref_doc jsonb,
  scale_event_id uuid,
  trace_id uuid,
  primary key (id, ts),
  constraint stock_txn_type_values check (type in ('MAIN_TO_SHOP', 'SHOP_TO_MAIN', 'SHOP_SNAPSHOT', 'SHOP_TO_SESSION', 'FG_RECEIVE', 'REWORK_VT_IN', 'DISPOSE_WASTE', 'OPENING', 'ADJUST', 'FG_TO_SHOP', 'FG_ISSUE')),
  constraint stock_txn_from_location_id_fkey foreign key (from_location_id) references stock_locations (id),
  constraint stock_txn_to_location_id_fkey foreign key (to_location_id) references stock_locations (id),
  constraint stock_txn_item_type_values check (item_type in ('material', 'sku', 'vt')),
  constraint stock_txn_material_id_fkey foreign key (material_id) references materials (id),
  constraint stock_txn_sku_id_fkey foreign key (sku_id) references skus (id),
  constraint stock_txn_batch_no_length check (char_length(batch_no) <= 64),
  constraint stock_txn_qty_min check (qty >= 0),
  constraint stock_txn_uom_values check (uom in ('kg', 'm', 'm2')),
  constraint stock_txn_by_user_fkey foreign key (by_user) references users (id),
  constraint stock_txn_one_thing check ((material_id is null) <> (sku_id is null)),
  constraint stock_txn_qty check (qty > 0 or type = 'SHOP_SNAPSHOT')
) partition by range (ts);
create index stock_txn_type_ts_idx on stock_txn (type, ts);
select qoida_tenant_table('stock_txn');
select qoida_partitioned_table('stock_txn', 'ts', 'month');

create table material_requests (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  sku_id uuid,
  recipe_id uuid,
  workcenter_id uuid,
  shift text,
  status text not null default 'open',
  requested_by uuid,
  note text,
  primary key (id),
  constraint material_requests_sku_id_fkey foreign key (sku_id) references skus (id),
  constraint material_requests_recipe_id_fkey foreign key (recipe_id) references recipes (id),
  constraint material_requests_workcenter_id_fkey foreign key (workcenter_id) references workcenters (id),
  constraint material_requests_shift_values check (shift in ('day', 'night')),
  constraint material_requests_status_values check (status in ('open', 'fulfilled', 'cancelled')),
  constraint material_requests_requested_by_fkey foreign key (requested_by) references users (id),
  constraint material_requests_note_length check (char_length(note) <= 500)
);
create index material_requests_status_idx on material_requests (status);
select qoida_tenant_table('material_requests');

create table material_request_lines (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  request_id uuid not null,
  material_id uuid not null,
  qty_kg numeric(14,3),
  primary key (id),
  constraint material_request_lines_request_id_fkey foreign key (request_id) references material_requests (id),
  constraint material_request_lines_material_id_fkey foreign key (material_id) references materials (id),
  constraint material_request_lines_qty_kg_min check (qty_kg >= 0)
);
create unique index material_request_lines_request_id_material_id_key on material_request_lines (organization_id, request_id, material_id);
select qoida_tenant_table('material_request_lines');

create table stock_transfers (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  direction text not null,
  request_id uuid,
  status text not null default 'in_transit',
  comment text,
  created_by uuid,
  received_by uuid,
  received_at timestamptz,
  accepted_by uuid,
  accept_reason text,
  primary key (id),
  constraint stock_transfers_direction_values check (direction in ('main_to_shop', 'shop_to_main')),
  constraint stock_transfers_request_id_fkey foreign key (request_id) references material_requests (id),
  constraint stock_transfers_status_values check (status in ('in_transit', 'completed', 'discrepancy', 'cancelled')),
  constraint stock_transfers_comment_length check (char_length(comment) <= 500),
  constraint stock_transfers_created_by_fkey foreign key (created_by) references users (id),
  constraint stock_transfers_received_by_fkey foreign key (received_by) references users (id),
  constraint stock_transfers_accepted_by_fkey foreign key (accepted_by) references users (id),
  constraint stock_transfers_accept_reason_length check (char_length(accept_reason) <= 500)
);
create index stock_transfers_status_created_at_idx on stock_transfers (status, created_at);
select qoida_tenant_table('stock_transfers');

create table stock_transfer_lines (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  transfer_id uuid not null,
  material_id uuid not null,
  batch_no text not null,
  sent_kg numeric(14,3) not null,
  sent_event_id uuid,
  received_kg numeric(14,3),
  received_event_id uuid,
  received_at timestamptz,
  primary key (id),
  constraint stock_transfer_lines_transfer_id_fkey foreign key (transfer_id) references stock_transfers (id),
  constraint stock_transfer_lines_material_id_fkey foreign key (material_id) references materials (id),
  constraint stock_transfer_lines_batch_no_length check (char_length(batch_no) <= 64),
  constraint stock_transfer_lines_sent_kg_min check (sent_kg >= 0),
  constraint stock_transfer_lines_received_kg_min check (received_kg >= 0),
  constraint stock_transfer_line_sent check (sent_kg > 0)
);
create unique index stock_transfer_lines_transfer_id_material_id_batch_no_key on stock_transfer_lines (organization_id, transfer_id, material_id, batch_no);
select qoida_tenant_table('stock_transfer_lines');

-- The ledger is only ever added to.
revoke update, delete on stock_txn from qoida_app;

-- down
drop table stock_transfer_lines;
drop table stock_transfers;
drop table material_request_lines;
drop table material_requests;
drop table stock_txn;
delete from partitioned_tables where table_name = 'stock_txn';
drop table stock_items;
