-- up
-- What the chain's own signature leaves out (trace, address, result) has one too, from here on.
alter table audit_log add column context_sig text;
alter table audit_heads add column context_from bigint;

-- Keys that sign checkpoints: the private half sealed, a new key endorsed by the one before it.
create table audit_keys (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default qoida_org(),
  created_at timestamptz not null default now(),
  number bigint not null constraint audit_keys_number_range check (number >= 1),
  key_id text not null constraint audit_keys_key_id_length check (char_length(key_id) <= 64),
  public_key text not null constraint audit_keys_public_key_length check (char_length(public_key) <= 200),
  sealed text not null constraint audit_keys_sealed_length check (char_length(sealed) <= 500),
  endorsement text not null constraint audit_keys_endorsement_length check (char_length(endorsement) <= 200)
);
create unique index audit_keys_number_key on audit_keys (organization_id, number);
create unique index audit_keys_key_id_key on audit_keys (organization_id, key_id);
select qoida_append_only_table('audit_keys');

-- Signed states of the whole log, each naming the one before it. Copies are kept elsewhere.
create table audit_checkpoints (
  organization_id uuid not null default qoida_org(),
  number bigint not null,
  at timestamptz not null,
  prev text not null,
  changed bigint not null,
  root text not null,
  objects bigint not null,
  entries bigint not null,
  key_id text not null,
  signature text not null,
  primary key (organization_id, number)
);
select qoida_append_only_table('audit_checkpoints');

-- The ends of those chains that had grown since the checkpoint before; `root` is the hash over them.
create table audit_checkpoint_objects (
  organization_id uuid not null default qoida_org(),
  object_type text not null,
  object_id uuid not null,
  number bigint not null,
  entries bigint not null,
  last_sig text not null,
  primary key (organization_id, object_type, object_id, number)
);
create index audit_checkpoint_objects_number on audit_checkpoint_objects (organization_id, number);
select qoida_append_only_table('audit_checkpoint_objects');

-- What the checks of the whole log found, each once a day or so.
create table audit_checks (
  organization_id uuid not null default qoida_org(),
  at timestamptz not null,
  rows bigint not null,
  objects bigint not null,
  checkpoints bigint not null,
  faults bigint not null,
  -- the first of them
  found jsonb not null,
  took_ms bigint not null,
  primary key (organization_id, at)
);
select qoida_append_only_table('audit_checks');

-- down
drop table audit_checks;
drop table audit_checkpoint_objects;
drop table audit_checkpoints;
drop table audit_keys;
alter table audit_heads drop column context_from;
alter table audit_log drop column context_sig;
