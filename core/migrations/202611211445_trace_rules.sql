-- up
-- By which rules, settings and facts a rule nearly went off: it is explained by those, not by today's.
alter table rule_traces add column rules_hash text check (char_length(rules_hash) <= 64), add column decided_at timestamptz,
  add column settings_hash text check (char_length(settings_hash) <= 64), add column facts jsonb;

-- down
alter table rule_traces drop column facts, drop column settings_hash, drop column decided_at, drop column rules_hash;
