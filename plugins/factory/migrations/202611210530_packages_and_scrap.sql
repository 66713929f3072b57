-- up
create table packages (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  session_id uuid not null,
  sku_id uuid not null,
  qr_code text not null,
  status text not null default 'awaiting_qc',
  gross_kg numeric(14,3),
  tare_kg numeric(14,3) not null default 0,
  weight_kg numeric(14,3),
  weight_trusted boolean not null default true,
  weight_source text not null default 'rs',
  scale_event_id uuid,
  length_m numeric(14,2),
  length_mode text,
  length_trusted boolean,
  length_reason text,
  length_counter_m numeric(14,2),
  length_device_id uuid,
  length_state text not null default 'none',
  norm_kg numeric(14,3),
  diff_pct numeric(14,3),
  tolerance_status text not null,
  tolerance_reason text,
  review_state text not null default 'none',
  parent_package_id uuid,
  degaz_status text,
  comment text,
  created_by uuid,
  primary key (id),
  constraint packages_session_id_fkey foreign key (session_id) references sessions (id),
  constraint packages_sku_id_fkey foreign key (sku_id) references skus (id),
  constraint packages_qr_code_length check (char_length(qr_code) <= 40),
  constraint packages_status_values check (status in ('draft_manual', 'awaiting_qc', 'qc_ok', 'qc_partial', 'qc_reject', 'void')),
  constraint packages_gross_kg_min check (gross_kg >= 0),
  constraint packages_tare_kg_min check (tare_kg >= 0),
  constraint packages_weight_kg_min check (weight_kg >= 0),
  constraint packages_weight_source_values check (weight_source in ('rs', 'manual', 'split_rs', 'split_derived')),
  constraint packages_length_m_min check (length_m >= 0),
  constraint packages_length_mode_values check (length_mode in ('auto', 'manual')),
  constraint packages_length_reason_length check (char_length(length_reason) <= 500),
  constraint packages_length_counter_m_min check (length_counter_m >= 0),
  constraint packages_length_device_id_fkey foreign key (length_device_id) references devices (id),
  constraint packages_length_state_values check (length_state in ('none', 'pending', 'approved', 'rejected')),
  constraint packages_norm_kg_min check (norm_kg >= 0),
  constraint packages_diff_pct_min check (diff_pct >= 0),
  constraint packages_tolerance_status_values check (tolerance_status in ('ok', 'review')),
  constraint packages_tolerance_reason_length check (char_length(tolerance_reason) <= 64),
  constraint packages_review_state_values check (review_state in ('none', 'submitted', 'approved', 'rejected')),
  constraint packages_parent_package_id_fkey foreign key (parent_package_id) references packages (id),
  constraint packages_degaz_status_values check (degaz_status in ('pending', 'done')),
  constraint packages_comment_length check (char_length(comment) <= 500),
  constraint packages_created_by_fkey foreign key (created_by) references users (id),
  constraint package_weight check (weight_kg is not null or status in ('draft_manual', 'void'))
);
create unique index packages_qr_code_key on packages (organization_id, qr_code);
create index packages_status_created_at_idx on packages (status, created_at);
create index packages_session_id_idx on packages (session_id);
create index packages_parent_package_id_idx on packages (parent_package_id);
select qoida_tenant_table('packages');

create table package_reviews (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  package_id uuid not null,
  reason text not null,
  images text[] not null default array[]::text[],
  submitted_by uuid,
  decided_by uuid,
  decided_at timestamptz,
  decision text,
  outcome text,
  comment text,
  primary key (id),
  constraint package_reviews_package_id_fkey foreign key (package_id) references packages (id),
  constraint package_reviews_reason_length check (char_length(reason) <= 1000),
  constraint package_reviews_submitted_by_fkey foreign key (submitted_by) references users (id),
  constraint package_reviews_decided_by_fkey foreign key (decided_by) references users (id),
  constraint package_reviews_decision_values check (decision in ('approved', 'rejected')),
  constraint package_reviews_outcome_values check (outcome in ('scrap', 'repack')),
  constraint package_reviews_comment_length check (char_length(comment) <= 1000)
);
create index package_reviews_package_id_idx on package_reviews (package_id);
select qoida_tenant_table('package_reviews');

create table qr_counters (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  local_date date not null,
  last bigint not null,
  primary key (id),
  constraint qr_counters_last_min check (last >= 1)
);
create unique index qr_counters_local_date_key on qr_counters (organization_id, local_date);
select qoida_tenant_table('qr_counters');

create table qc_records (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  package_id uuid not null,
  inspector_id uuid not null,
  decision text not null,
  protocol jsonb,
  e_pechat_hash text not null,
  photos text[] not null default array[]::text[],
  ok_kg numeric(14,3),
  reject_kg numeric(14,3),
  parent_record_id uuid,
  derived boolean not null default false,
  primary key (id),
  constraint qc_records_package_id_fkey foreign key (package_id) references packages (id),
  constraint qc_records_inspector_id_fkey foreign key (inspector_id) references users (id),
  constraint qc_records_decision_values check (decision in ('ok', 'partial', 'reject')),
  constraint qc_records_e_pechat_hash_length check (char_length(e_pechat_hash) <= 64),
  constraint qc_records_ok_kg_min check (ok_kg >= 0),
  constraint qc_records_reject_kg_min check (reject_kg >= 0),
  constraint qc_records_parent_record_id_fkey foreign key (parent_record_id) references qc_records (id)
);
create unique index qc_records_package_id_key on qc_records (organization_id, package_id);
select qoida_tenant_table('qc_records');

create table scrap_lots (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  session_id uuid not null,
  source text not null,
  package_id uuid,
  seal_no text,
  gross_kg numeric(14,3),
  tare_kg numeric(14,3),
  qty_kg numeric(14,3) not null,
  remaining_kg numeric(14,3) not null,
  recyclable boolean not null,
  scale_event_id uuid,
  status text not null default 'outstanding',
  created_by uuid,
  primary key (id),
  constraint scrap_lots_session_id_fkey foreign key (session_id) references sessions (id),
  constraint scrap_lots_source_values check (source in ('container', 'qc_reject', 'qc_partial', 'review_reject')),
  constraint scrap_lots_package_id_fkey foreign key (package_id) references packages (id),
  constraint scrap_lots_seal_no_length check (char_length(seal_no) <= 64),
  constraint scrap_lots_gross_kg_min check (gross_kg >= 0),
  constraint scrap_lots_tare_kg_min check (tare_kg >= 0),
  constraint scrap_lots_qty_kg_min check (qty_kg >= 0),
  constraint scrap_lots_remaining_kg_min check (remaining_kg >= 0),
  constraint scrap_lots_status_values check (status in ('outstanding', 'in_rework', 'consumed')),
  constraint scrap_lots_created_by_fkey foreign key (created_by) references users (id),
  constraint scrap_lot_qty check (qty_kg > 0),
  constraint scrap_lot_remaining check (remaining_kg <= qty_kg)
);
create unique index scrap_lots_open_seal on scrap_lots (organization_id, seal_no) where seal_no is not null and status <> 'consumed';
create index scrap_lots_waiting on scrap_lots (session_id, created_at) where remaining_kg > 0;
select qoida_tenant_table('scrap_lots');

create table scrap_links (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  session_id uuid not null,
  scrap_lot_id uuid,
  scrap_kg numeric(14,3) not null,
  vt_kg numeric(14,3) not null,
  mode text not null,
  created_by uuid,
  primary key (id),
  constraint scrap_links_session_id_fkey foreign key (session_id) references sessions (id),
  constraint scrap_links_scrap_lot_id_fkey foreign key (scrap_lot_id) references scrap_lots (id),
  constraint scrap_links_scrap_kg_min check (scrap_kg >= 0),
  constraint scrap_links_vt_kg_min check (vt_kg >= 0),
  constraint scrap_links_mode_values check (mode in ('auto', 'manual')),
  constraint scrap_links_created_by_fkey foreign key (created_by) references users (id),
  constraint scrap_link_kg check (scrap_kg > 0)
);
create index scrap_links_session_id_idx on scrap_links (session_id);
select qoida_tenant_table('scrap_links');

create table disposed_log (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  reason text not null,
  qty_kg numeric(14,3) not null,
  by_user uuid,
  session_id uuid not null,
  scrap_lot_id uuid,
  scale_event_id uuid,
  stock_txn_id uuid,
  trusted boolean not null default true,
  primary key (id),
  constraint disposed_log_reason_length check (char_length(reason) <= 500),
  constraint disposed_log_qty_kg_min check (qty_kg >= 0),
  constraint disposed_log_by_user_fkey foreign key (by_user) references users (id),
  constraint disposed_log_session_id_fkey foreign key (session_id) references sessions (id),
  constraint disposed_log_scrap_lot_id_fkey foreign key (scrap_lot_id) references scrap_lots (id),
  constraint disposed_qty check (qty_kg > 0)
);
create index disposed_log_session_id_idx on disposed_log (session_id);
select qoida_tenant_table('disposed_log');

create table approvals (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  type text not null,
  object_type text not null,
  object_id uuid not null,
  group_id uuid not null,
  stage bigint not null default 1,
  stage_role text not null,
  state text not null default 'pending',
  requested_by uuid,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  approver_id uuid,
  approved_at timestamptz,
  comment text,
  payload jsonb,
  primary key (id),
  constraint approvals_type_values check (type in ('manual_weight', 'manual_length')),
  constraint approvals_object_type_length check (char_length(object_type) <= 64),
  constraint approvals_stage_min check (stage >= 1),
  constraint approvals_stage_role_length check (char_length(stage_role) <= 64),
  constraint approvals_state_values check (state in ('pending', 'approved', 'rejected', 'expired')),
  constraint approvals_requested_by_fkey foreign key (requested_by) references users (id),
  constraint approvals_approver_id_fkey foreign key (approver_id) references users (id),
  constraint approvals_comment_length check (char_length(comment) <= 1000)
);
create unique index approvals_one_pending on approvals (organization_id, type, object_id, stage) where state = 'pending';
create index approvals_state_stage_role_idx on approvals (state, stage_role);
select qoida_tenant_table('approvals');

-- A decision on quality is never edited (F-M6-03).
revoke update, delete on qc_records from qoida_app;

-- down
drop table approvals;
drop table disposed_log;
drop table scrap_links;
drop table scrap_lots;
drop table qc_records;
drop table qr_counters;
drop table package_reviews;
drop table packages;
