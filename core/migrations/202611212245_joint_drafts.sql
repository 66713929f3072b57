-- up
-- Drafts of several modules that are one change: they are seen, published and thrown away together.
alter table rule_drafts add column bundle uuid, add column bundle_note text;
create index rule_drafts_bundle on rule_drafts (bundle) where bundle is not null;

-- down
drop index rule_drafts_bundle;
alter table rule_drafts drop column bundle_note, drop column bundle;
