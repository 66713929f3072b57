-- up
create table workcenters (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null,
  type text not null,
  name text not null,
  location text,
  active boolean not null default true,
  required_qualification text,
  primary key (id),
  constraint workcenters_code_length check (char_length(code) <= 64),
  constraint workcenters_type_values check (type in ('extruder', 'coater', 'laminator', 'duplicator', 'cutter', 'rework_hard', 'rework_soft')),
  constraint workcenters_name_length check (char_length(name) <= 200),
  constraint workcenters_location_length check (char_length(location) <= 200),
  constraint workcenters_required_qualification_length check (char_length(required_qualification) <= 64)
);
create unique index workcenters_code_key on workcenters (organization_id, code);
select qoida_tenant_table('workcenters');

create table materials (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null,
  name text not null,
  category text not null,
  polymer_family text,
  recyclable boolean not null default true,
  attributes jsonb,
  primary key (id),
  constraint materials_code_length check (char_length(code) <= 64),
  constraint materials_name_length check (char_length(name) <= 200),
  constraint materials_category_values check (category in ('perv', 'vt', 'additiv')),
  constraint materials_polymer_family_values check (polymer_family in ('PE', 'PP', 'PVC', 'OTHER'))
);
create unique index materials_code_key on materials (organization_id, code);
select qoida_tenant_table('materials');

create table material_batches (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  material_id uuid not null,
  batch_no text not null,
  received_at timestamptz,
  supplier text,
  quality_cert_no text,
  primary key (id),
  constraint material_batches_material_id_fkey foreign key (material_id) references materials (id),
  constraint material_batches_batch_no_length check (char_length(batch_no) <= 64),
  constraint material_batches_supplier_length check (char_length(supplier) <= 200),
  constraint material_batches_quality_cert_no_length check (char_length(quality_cert_no) <= 100)
);
create unique index material_batches_material_id_batch_no_key on material_batches (organization_id, material_id, batch_no);
select qoida_tenant_table('material_batches');

create table skus (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null,
  name text not null,
  category text not null,
  uom_default text not null,
  width_mm numeric(14,2),
  thickness_mm numeric(14,3),
  kg_per_m2 numeric(14,5),
  kg_per_m numeric(14,5),
  mesh_type text,
  is_recyclable_for_rework boolean not null default true,
  tolerance_weight_pct numeric(14,3),
  tolerance_length_pct numeric(14,3),
  degaz_required boolean not null default false,
  tare_kg numeric(14,3) not null default 0,
  vt_material_id uuid,
  primary key (id),
  constraint skus_code_length check (char_length(code) <= 64),
  constraint skus_name_length check (char_length(name) <= 200),
  constraint skus_category_values check (category in ('polotno', 'setka', 'ot', 'js', 'profil', 'lam_out', 'dubl', 'kesilgan', 'izdeliya', 'vt')),
  constraint skus_uom_default_values check (uom_default in ('kg', 'm', 'm2')),
  constraint skus_width_mm_min check (width_mm >= 0),
  constraint skus_thickness_mm_min check (thickness_mm >= 0),
  constraint skus_kg_per_m2_min check (kg_per_m2 >= 0),
  constraint skus_kg_per_m_min check (kg_per_m >= 0),
  constraint skus_mesh_type_length check (char_length(mesh_type) <= 64),
  constraint skus_tolerance_weight_pct_min check (tolerance_weight_pct >= 0),
  constraint skus_tolerance_length_pct_min check (tolerance_length_pct >= 0),
  constraint skus_tare_kg_min check (tare_kg >= 0),
  constraint skus_vt_material_id_fkey foreign key (vt_material_id) references materials (id),
  constraint sku_vt_material check (vt_material_id is null or category = 'vt')
);
create unique index skus_code_key on skus (organization_id, code);
select qoida_tenant_table('skus');

create table recipes (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  sku_id uuid not null,
  version bigint not null default 1,
  vt_limit_pct numeric(14,3) not null default 0,
  status text not null default 'draft',
  published_at timestamptz,
  published_by uuid,
  superseded_at timestamptz,
  primary key (id),
  constraint recipes_sku_id_fkey foreign key (sku_id) references skus (id),
  constraint recipes_version_min check (version >= 1),
  constraint recipes_vt_limit_pct_min check (vt_limit_pct >= 0),
  constraint recipes_vt_limit_pct_max check (vt_limit_pct <= 100),
  constraint recipes_status_values check (status in ('draft', 'published')),
  constraint recipes_published_by_fkey foreign key (published_by) references users (id)
);
create unique index recipes_sku_id_version_key on recipes (organization_id, sku_id, version);
create unique index recipes_one_published on recipes (organization_id, sku_id) where status = 'published' and superseded_at is null;
select qoida_tenant_table('recipes');

create table recipe_lines (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  recipe_id uuid not null,
  material_id uuid not null,
  comp_type text not null,
  ratio_pct numeric(14,4),
  ratio_per_kg numeric(14,6),
  is_optional boolean not null default false,
  primary key (id),
  constraint recipe_lines_recipe_id_fkey foreign key (recipe_id) references recipes (id),
  constraint recipe_lines_material_id_fkey foreign key (material_id) references materials (id),
  constraint recipe_lines_comp_type_values check (comp_type in ('perv', 'vt', 'additiv')),
  constraint recipe_lines_ratio_pct_min check (ratio_pct >= 0),
  constraint recipe_lines_ratio_pct_max check (ratio_pct <= 100),
  constraint recipe_lines_ratio_per_kg_min check (ratio_per_kg >= 0),
  constraint recipe_line_one_ratio check ((ratio_pct is null) <> (ratio_per_kg is null))
);
create unique index recipe_lines_recipe_id_material_id_key on recipe_lines (organization_id, recipe_id, material_id);
select qoida_tenant_table('recipe_lines');

create table stock_locations (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  code text not null,
  kind text not null,
  name text not null,
  zone text,
  primary key (id),
  constraint stock_locations_code_length check (char_length(code) <= 64),
  constraint stock_locations_kind_values check (kind in ('MAIN', 'SHOP', 'FG')),
  constraint stock_locations_name_length check (char_length(name) <= 200),
  constraint stock_locations_zone_length check (char_length(zone) <= 64)
);
create unique index stock_locations_code_key on stock_locations (organization_id, code);
select qoida_tenant_table('stock_locations');

create table user_qualifications (
  id uuid not null default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  user_id uuid not null,
  code text not null,
  valid_until timestamptz,
  granted_by uuid,
  granted_on date,
  primary key (id),
  constraint user_qualifications_user_id_fkey foreign key (user_id) references users (id),
  constraint user_qualifications_code_length check (char_length(code) <= 64),
  constraint user_qualifications_granted_by_fkey foreign key (granted_by) references users (id)
);
create unique index user_qualifications_user_id_code_key on user_qualifications (organization_id, user_id, code);
select qoida_tenant_table('user_qualifications');

-- A device stands at a work centre of this plugin.
alter table devices add constraint devices_workcenter_id_fkey foreign key (workcenter_id) references workcenters (id);

-- down
alter table devices drop constraint devices_workcenter_id_fkey;
drop table user_qualifications;
drop table stock_locations;
drop table recipe_lines;
drop table recipes;
drop table skus;
drop table material_batches;
drop table materials;
drop table workcenters;
