-- What a company's identity provider says of agents and teams by SCIM. `provider_id` is its identifier, apart from `external_id`, which
-- names the host's user or the subject of an OpenID login. `user_name_key` is the user name in lower case, made by the library, so
-- that the index serves a comparison under row-level security; for the same reason `case`, for PostgreSQL does not take `coalesce` for
-- leakproof. Old nodes write neither.

alter table ${schema}.agent
  add column user_name text,
  add column user_name_key text,
  add column provider_id text,
  add column given_name text,
  add column family_name text,
  add column removed_at timestamptz;
create unique index agent_user_name on ${schema}.agent
  (tenant_id, (case when user_name_key is null then email else user_name_key end));
create unique index agent_provider_id on ${schema}.agent (tenant_id, provider_id) where provider_id is not null;

alter table ${schema}.team
  add column provider_id text,
  add column removed_at timestamptz;
create unique index team_provider_id on ${schema}.team (tenant_id, provider_id) where provider_id is not null;
