-- up
-- A draft of rules run against what was recorded: what was asked, how far it is, what came out.
create table rehearsals (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  asked_by uuid,
  asked_by_name text not null check (char_length(asked_by_name) <= 200),
  from_at timestamptz not null,
  to_at timestamptz not null,
  -- The modules that the draft changes: [{ module, hash }].
  modules jsonb not null,
  -- All that it goes by: { draft, published, settings, zone, keptSince }.
  asked jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- Which try this is; a try that was given up can't write any more.
  attempt bigint not null default 0,
  -- A sign of life of the node that runs it.
  beat_at timestamptz,
  phase text not null default 'reading' check (phase in ('reading', 'decisions', 'events', 'figures', 'done')),
  progress_done bigint not null default 0,
  progress_total bigint not null default 0,
  started_at timestamptz,
  finished_at timestamptz,
  -- Canonical JSON, to the byte, and its hash.
  result text,
  result_sha256 text check (char_length(result_sha256) <= 64),
  error text check (char_length(error) <= 2000)
);
create index rehearsals_newest on rehearsals (organization_id, created_at desc);
create index rehearsals_open on rehearsals (organization_id, created_at) where state in ('waiting', 'running');
select qoida_tenant_table('rehearsals');

-- One difference to what happened each, in the order in which they are told.
create table rehearsal_items (
  organization_id uuid not null default qoida_org(),
  rehearsal_id uuid not null references rehearsals (id) on delete cascade,
  no bigint not null,
  kind text not null,
  of text not null,
  at timestamptz,
  ref uuid,
  who text,
  detail jsonb not null,
  primary key (rehearsal_id, no)
);
create index rehearsal_items_kind on rehearsal_items (rehearsal_id, kind, of, no);
select qoida_tenant_table('rehearsal_items');

-- down
drop table rehearsal_items;
drop table rehearsals;
