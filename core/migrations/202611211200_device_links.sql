-- up
-- Devices that come in by themselves: relay switches.
alter table devices drop constraint devices_device_type_check;
alter table devices add constraint devices_device_type_check
  check (device_type in ('scale', 'length_counter', 'relay_switch'));
alter table devices add column online boolean not null default false;

-- down
alter table devices drop column online;
do $$ begin
  if exists (select 1 from devices where device_type = 'relay_switch') then
    raise exception 'devices of the type relay_switch would be lost: remove them first';
  end if;
end $$;
alter table devices drop constraint devices_device_type_check;
alter table devices add constraint devices_device_type_check
  check (device_type in ('scale', 'length_counter'));
