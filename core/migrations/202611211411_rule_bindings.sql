-- up
-- The rules that stood when a long-lived object began: modules with "bind at start" judge it by their text of then.
create table rule_bindings (
  organization_id uuid not null default qoida_org(),
  object_type text not null check (char_length(object_type) <= 200),
  object_id uuid not null,
  created_at timestamptz not null default now(),
  rules_hash text not null check (char_length(rules_hash) <= 64),
  primary key (organization_id, object_type, object_id)
);
select qoida_append_only_table('rule_bindings');

-- down
drop table rule_bindings;
