-- up
-- Of all that rules remember the schedules: how late they are is asked every few seconds.
create index rule_states_schedules on rule_states (organization_id) where jsonb_exists(state, 'upTo');

-- down
drop index rule_states_schedules;
