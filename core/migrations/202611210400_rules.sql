-- up
create table rule_modules (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  module text not null,
  plugin text not null,
  shipped_hash text not null,
  published_version bigint not null default 0,
  constraint rule_modules_name unique (organization_id, module)
);
select qoida_tenant_table('rule_modules');

create table rule_versions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  module_id uuid not null references rule_modules (id),
  version bigint not null check (version >= 1),
  text text not null,
  hash text not null,
  points text[] not null default '{}',
  note text not null,
  author_id uuid,
  author text not null,
  constraint rule_versions_number unique (module_id, version)
);
select qoida_append_only_table('rule_versions');

create table rule_drafts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  module_id uuid not null references rule_modules (id),
  text text not null,
  base_version bigint not null,
  revision bigint not null default 1,
  author_id uuid,
  author text not null,
  saved_at timestamptz not null default now(),
  constraint rule_drafts_module unique (module_id)
);
select qoida_tenant_table('rule_drafts');

create table gate_log (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  gate text not null,
  module text not null,
  point text not null,
  mode text not null,
  object_ref jsonb not null,
  session_id uuid,
  message text not null,
  explanation jsonb,
  release_roles text[] not null default '{}',
  when_clear boolean not null default false,
  releasable boolean not null default false,
  decision_id uuid,
  hits bigint not null default 1,
  last_hit_at timestamptz not null default now(),
  hit_by text not null,
  released_at timestamptz,
  released_by uuid,
  released_facts jsonb,
  note text
);
create index gate_log_open on gate_log (gate, released_at) where released_at is null;
create index gate_log_session on gate_log (session_id);
create unique index gate_log_one_open on gate_log (organization_id, gate, point, object_ref) where released_at is null;
select qoida_tenant_table('gate_log');

create table decisions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  point text not null,
  verdict text not null check (verdict in ('allowed', 'refused', 'warned')),
  failed text[] not null default '{}',
  facts jsonb not null,
  rules_hash text not null,
  actor_id uuid,
  actor text not null,
  trace_id uuid not null
);
create index decisions_point on decisions (point, created_at desc);
select qoida_append_only_table('decisions');

-- down
drop table decisions;
drop table gate_log;
drop table rule_drafts;
drop table rule_versions;
drop table rule_modules;
