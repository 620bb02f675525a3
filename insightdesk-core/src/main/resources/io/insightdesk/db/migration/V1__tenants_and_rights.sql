-- Tenants, how they are found before they are known, and the rights of the work role.

create table ${schema}.tenant (
  tenant_id uuid not null primary key,
  slug text not null,
  name text not null,
  status text not null default 'active' check (status in ('active', 'suspended')),
  time_zone text not null default 'UTC',
  locale text not null default 'en',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);

-- Slugs and mailbox addresses of all tenants. A system table: only definer functions and triggers touch it.
create table ${schema}.tenant_directory (
  kind text not null check (kind in ('slug', 'mailbox')),
  value text not null,
  tenant_id uuid not null references ${schema}.tenant (tenant_id) on delete cascade,
  primary key (kind, value)
);
create index tenant_directory_tenant on ${schema}.tenant_directory (tenant_id);

-- Integrity keys: cursors, links and reply tokens are signed with keys derived from these.
create table ${schema}.signing_key (
  key_id text not null primary key,
  secret bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

-- Every table of a tenant gets exactly this policy; a test compares the catalogue with it.
create procedure ${schema}.protect(target regclass)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_isolation on %s '
    'using (tenant_id = nullif(current_setting(''insightdesk.tenant'', true), '''')::uuid) '
    'with check (tenant_id = nullif(current_setting(''insightdesk.tenant'', true), '''')::uuid)',
    target);
end
$$;
revoke all on procedure ${schema}.protect(regclass) from public;

call ${schema}.protect('${schema}.tenant');

create function ${schema}.tenant_ids(after_id uuid, max_rows integer) returns setof uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select tenant_id
  from ${schema}.tenant_directory
  where kind = 'slug' and (after_id is null or tenant_id > after_id)
  order by tenant_id
  limit max_rows
$$;
create index tenant_directory_ids on ${schema}.tenant_directory (tenant_id) where kind = 'slug';

create function ${schema}.tenant_id_by_slug(slug text) returns uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select tenant_id from ${schema}.tenant_directory where kind = 'slug' and value = lower(slug)
$$;

create function ${schema}.tenant_id_by_mailbox(address text) returns uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select tenant_id from ${schema}.tenant_directory where kind = 'mailbox' and value = lower(address)
$$;

create function ${schema}.keep_slug() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    update ${schema}.tenant_directory set value = lower(new.slug)
    where kind = 'slug' and tenant_id = new.tenant_id and value <> lower(new.slug);
  else
    insert into ${schema}.tenant_directory (kind, value, tenant_id) values ('slug', lower(new.slug), new.tenant_id);
  end if;
  return null;
end
$$;
create trigger tenant_slug after insert or update of slug on ${schema}.tenant
for each row execute function ${schema}.keep_slug();

revoke all on function ${schema}.tenant_ids(uuid, integer) from public;
revoke all on function ${schema}.tenant_id_by_slug(text) from public;
revoke all on function ${schema}.tenant_id_by_mailbox(text) from public;
revoke all on function ${schema}.keep_slug() from public;
