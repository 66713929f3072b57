-- up
-- What stood when a version was published: its tests, what it means otherwise than the one before it,
-- the rehearsal that was looked at, and the second person where one is asked for.
alter table rule_versions
  add column tests jsonb,
  add column changes jsonb,
  add column loosened jsonb,
  add column rehearsal text check (char_length(rehearsal) <= 100),
  add column restored_from bigint,
  add column proposed_by_id uuid,
  add column proposed_by text check (char_length(proposed_by) <= 200);

-- A text that one person proposes and another puts into force.
create table rule_proposals (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  module_id uuid not null references rule_modules (id),
  text text not null,
  hash text not null check (char_length(hash) <= 64),
  base_version bigint not null,
  restored_from bigint,
  note text not null check (char_length(note) <= 1000),
  accepts text[] not null default '{}',
  rehearsal text check (char_length(rehearsal) <= 100),
  proposed_by_id uuid,
  proposed_by text not null check (char_length(proposed_by) <= 200),
  proposed_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'published', 'rejected', 'withdrawn', 'void')),
  decided_by text check (char_length(decided_by) <= 200),
  decided_at timestamptz,
  reason text check (char_length(reason) <= 1000)
);
create unique index rule_proposals_open on rule_proposals (module_id) where state = 'open';
create index rule_proposals_newest on rule_proposals (organization_id, proposed_at desc);
select qoida_tenant_table('rule_proposals');

-- Drafts that somebody else wrote over or threw away: nothing that was typed is lost.
create table rule_draft_texts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org() references organizations (id),
  created_at timestamptz not null default now(),
  module_id uuid not null references rule_modules (id),
  text text not null,
  author text not null check (char_length(author) <= 200),
  saved_at timestamptz not null,
  replaced_by text not null check (char_length(replaced_by) <= 200)
);
create index rule_draft_texts_newest on rule_draft_texts (module_id, created_at desc);
select qoida_append_only_table('rule_draft_texts');

-- down
drop table rule_draft_texts;
drop table rule_proposals;
alter table rule_versions
  drop column proposed_by, drop column proposed_by_id, drop column restored_from, drop column rehearsal,
  drop column loosened, drop column changes, drop column tests;
