-- up
-- How a device shall behave, and what of it the device has taken over.
alter table devices add column config jsonb;
alter table devices add column config_version bigint not null default 0;
alter table devices add column config_acked bigint not null default 0;

-- down
alter table devices drop column config_acked;
alter table devices drop column config_version;
alter table devices drop column config;
