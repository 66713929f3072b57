-- up
-- Who registered and was not let in yet.
alter table users drop constraint users_status_check;
alter table users add constraint users_status_check check (status in ('active', 'disabled', 'waiting'));

-- down
update users set status = 'disabled' where status = 'waiting';
alter table users drop constraint users_status_check;
alter table users add constraint users_status_check check (status in ('active', 'disabled'));
