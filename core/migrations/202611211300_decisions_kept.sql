-- up
-- What the plugins declared, as the language saw it: without it a text may mean something else later.
create table rule_catalogs (
  organization_id uuid not null default qoida_org(),
  hash text not null,
  created_at timestamptz not null default now(),
  catalog jsonb not null,
  primary key (organization_id, hash)
);
select qoida_append_only_table('rule_catalogs');

-- The rules that stood together, by the hash that decisions and runs carry; texts are in rule_versions.
create table rule_sets (
  organization_id uuid not null default qoida_org(),
  hash text not null,
  created_at timestamptz not null default now(),
  language text not null,
  catalog_hash text not null,
  -- [{ module, version, hash }]
  modules jsonb not null,
  primary key (organization_id, hash)
);
select qoida_append_only_table('rule_sets');

-- The settings that rules could read, and the zone of the plant.
create table rule_settings (
  organization_id uuid not null default qoida_org(),
  hash text not null,
  created_at timestamptz not null default now(),
  settings jsonb not null,
  zone text not null,
  primary key (organization_id, hash)
);
select qoida_append_only_table('rule_settings');

alter table decisions add column decided_at timestamptz, add column settings_hash text, add column outcome jsonb,
  add column cut text[] not null default '{}';
create index decisions_decided on decisions (organization_id, (coalesce(decided_at, created_at)), id);
alter table rule_runs add column decided_at timestamptz, add column settings_hash text;
create index rule_runs_at on rule_runs (organization_id, at, id);

-- down
drop index rule_runs_at;
alter table rule_runs drop column settings_hash, drop column decided_at;
drop index decisions_decided;
alter table decisions drop column cut, drop column outcome, drop column settings_hash, drop column decided_at;
drop table rule_settings;
drop table rule_sets;
drop table rule_catalogs;
