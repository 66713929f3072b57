-- up
-- How commands ended lately is asked every few seconds.
create index relay_commands_answered on relay_commands (organization_id, answered_at);

-- down
drop index relay_commands_answered;
