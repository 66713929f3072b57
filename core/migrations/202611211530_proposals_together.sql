-- up
-- Texts of several modules that were proposed together come into force together, or none of them.
alter table rule_proposals add column bundle uuid;
create index rule_proposals_bundle on rule_proposals (bundle) where bundle is not null;

-- down
drop index rule_proposals_bundle;
alter table rule_proposals drop column bundle;
