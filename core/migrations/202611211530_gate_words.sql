-- up
-- What a hit says in every language of the product: { "uz": { message, remedy, explanation }, … }. Older rows
-- say it only in the language of whoever was refused.
alter table gate_log add column words jsonb;

-- down
alter table gate_log drop column words;
