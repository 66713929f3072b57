-- up
-- A module of the plant's own can be put out of sight once it is empty; its versions stay.
alter table rule_modules add column removed boolean not null default false;

-- down
alter table rule_modules drop column removed;
