-- What the scanner for malware found in a file, and its name or why it did not look. Null where there was no scanner, and for all files from
-- before.
alter table ${schema}.attachment add column scan text check (scan in ('clean', 'infected', 'not_scanned'));
alter table ${schema}.attachment add column scan_finding text;
