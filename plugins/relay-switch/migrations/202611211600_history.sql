-- up
-- The history of a device is read from its events: only those of relays and their devices are in here.
create index outbox_relay_history on outbox (organization_id, stream, seq desc)
  where name like 'relay.%' or name in ('device.online', 'device.offline');

-- down
drop index outbox_relay_history;
