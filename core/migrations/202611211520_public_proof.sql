-- up
-- What a checkpoint was signed over can be proved without the platform's secret: a hash over the rows that
-- each chain had grown by, from entry `since` on. Older ones have none, and their chains come again.
alter table audit_checkpoint_objects add column since bigint, add column digest text;
alter table audit_checkpoints add column decisions bigint, add column decisions_root text;

-- Keyed, like the signatures of the audit: an edited decision shows at once.
alter table decisions add column seal text;

-- Decisions under a checkpoint, each with the hash it had: one that was taken away shows.
create table audit_checkpoint_decisions (
  organization_id uuid not null default qoida_org(),
  decision_id uuid not null,
  number bigint not null,
  decided_at timestamptz not null,
  digest text not null,
  primary key (organization_id, decision_id)
);
create index audit_checkpoint_decisions_number on audit_checkpoint_decisions (organization_id, number);
create index audit_checkpoint_decisions_decided on audit_checkpoint_decisions (organization_id, decided_at, decision_id);
select qoida_append_only_table('audit_checkpoint_decisions');

-- down
drop table audit_checkpoint_decisions;
alter table decisions drop column seal;
alter table audit_checkpoints drop column decisions_root, drop column decisions;
alter table audit_checkpoint_objects drop column digest, drop column since;
