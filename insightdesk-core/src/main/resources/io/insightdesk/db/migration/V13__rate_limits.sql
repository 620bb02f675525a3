-- What is left of each bucket of tokens: a hash of whom it is for, and of nothing that names anybody. Not logged, for it is of use
-- for minutes only: after a crash of the server all buckets are full, and a replica has none of them.
create unlogged table ${schema}.rate_limit (
  bucket text primary key,
  balance double precision not null,
  capacity double precision not null,
  per_second double precision not null,
  changed_at timestamptz not null
) with (fillfactor = 50);

-- How often a token may be used, where it is less or more than others may, and from where; nowhere else where it says so.
alter table ${schema}.api_token
  add column requests_per_minute integer check (requests_per_minute > 0),
  add column address_ranges text[] not null default '{}';
