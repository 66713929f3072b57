-- up
-- What approvals said of a decision: { "waits": … } when it was put before people, { "approved": request }
-- when it ran for them; null where nobody had to agree. Older rows say nothing of it.
alter table decisions add column approval jsonb;

-- How things stood, from time to time: rules that ask for it can be rehearsed. What stayed is not kept twice.
create table standing_samples (
  organization_id uuid not null default qoida_org(),
  fact text not null check (char_length(fact) <= 200),
  at timestamptz not null,
  -- Null: it could not be read, or was too long to keep (cut).
  value jsonb,
  cut boolean not null default false,
  primary key (organization_id, fact, at)
);
create index standing_samples_at on standing_samples (organization_id, at);
select qoida_tenant_table('standing_samples');

-- The moments at which all of them were read: between two of these nothing is known to have stayed.
create table standing_looks (
  organization_id uuid not null default qoida_org(),
  at timestamptz not null,
  primary key (organization_id, at)
);
select qoida_tenant_table('standing_looks');

-- From when on which settings counted; what they were is in rule_settings.
create table settings_in_force (
  organization_id uuid not null default qoida_org(),
  since timestamptz not null,
  hash text not null,
  primary key (organization_id, since)
);
select qoida_tenant_table('settings_in_force');

-- Whether the draft makes the difference, or the rules in force show it as well.
alter table rehearsal_items add column by_draft boolean not null default true;

-- That somebody took differences along; it stays when the rehearsal is forgotten.
create table rehearsal_exports (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  rehearsal_id uuid not null,
  taken_by text not null check (char_length(taken_by) <= 200),
  entries bigint not null
);
select qoida_append_only_table('rehearsal_exports');

-- down
drop table rehearsal_exports;
alter table rehearsal_items drop column by_draft;
drop table settings_in_force;
drop table standing_looks;
drop table standing_samples;
alter table decisions drop column approval;
