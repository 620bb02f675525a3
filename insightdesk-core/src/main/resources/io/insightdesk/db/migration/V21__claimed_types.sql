-- What a file was called by its sender or its name though its content is of another type. Null where nothing contradicts, and for all
-- files from before, whose beginnings were not looked at.
alter table ${schema}.attachment add column claimed_type text;
