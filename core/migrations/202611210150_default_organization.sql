-- up
-- The plant itself. The id is fixed, so that every node and every restored backup agrees on it.
insert into organizations (id, code, name)
values ('00000000-0000-4000-8000-000000000001', 'default', 'Qoida');

-- down
delete from organizations where id = '00000000-0000-4000-8000-000000000001';
