-- up
-- The figures of why an action failed: its reason is worded for each reader in their language and zone.
alter table rule_actions add column details jsonb;

-- down
alter table rule_actions drop column details;
