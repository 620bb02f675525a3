-- Agents and teams (who answers), API tokens, customers and organizations (who ask).

create table ${schema}.agent (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  name text not null,
  email text not null check (email = lower(email)),
  role text not null check (role in ('admin', 'agent', 'viewer')),
  active boolean not null default true,
  external_id text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  primary key (tenant_id, id)
);
create unique index agent_email on ${schema}.agent (tenant_id, email);
create unique index agent_external_id on ${schema}.agent (tenant_id, external_id) where external_id is not null;
call ${schema}.protect('${schema}.agent');

create table ${schema}.team (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  primary key (tenant_id, id)
);
create unique index team_name on ${schema}.team (tenant_id, lower(name));
call ${schema}.protect('${schema}.team');

create table ${schema}.team_member (
  tenant_id uuid not null,
  team_id uuid not null,
  agent_id uuid not null,
  primary key (tenant_id, team_id, agent_id),
  foreign key (tenant_id, team_id) references ${schema}.team (tenant_id, id) on delete cascade,
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
create index team_member_agent on ${schema}.team_member (tenant_id, agent_id);
call ${schema}.protect('${schema}.team_member');

create table ${schema}.api_token (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  name text not null,
  agent_id uuid,
  role text not null check (role in ('admin', 'agent', 'viewer')),
  secret_hash bytea not null,
  hint text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, agent_id) references ${schema}.agent (tenant_id, id) on delete cascade
);
create index api_token_agent on ${schema}.api_token (tenant_id, agent_id);
call ${schema}.protect('${schema}.api_token');

create table ${schema}.organization (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  primary key (tenant_id, id)
);
create unique index organization_name on ${schema}.organization (tenant_id, lower(name));
call ${schema}.protect('${schema}.organization');

create table ${schema}.organization_domain (
  tenant_id uuid not null,
  domain text not null,
  organization_id uuid not null,
  primary key (tenant_id, domain),
  foreign key (tenant_id, organization_id) references ${schema}.organization (tenant_id, id) on delete cascade
);
create index organization_domain_organization on ${schema}.organization_domain (tenant_id, organization_id);
call ${schema}.protect('${schema}.organization_domain');

-- name_key: a column of its own, because lower(name) is not leakproof and so finds no index under row security; in the order
-- of "C", so that a prefix is a range.
create table ${schema}.customer (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  name text not null,
  name_key text collate "C" not null generated always as (lower(name)) stored,
  organization_id uuid,
  external_id text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, organization_id) references ${schema}.organization (tenant_id, id)
    on delete set null (organization_id)
);
create index customer_organization on ${schema}.customer (tenant_id, organization_id, id);
create index customer_name on ${schema}.customer (tenant_id, name_key, id);
create unique index customer_external_id on ${schema}.customer (tenant_id, external_id) where external_id is not null;
call ${schema}.protect('${schema}.customer');

create table ${schema}.customer_address (
  tenant_id uuid not null,
  customer_id uuid not null,
  address text not null check (address = lower(address)),
  position integer not null,
  primary key (tenant_id, address),
  foreign key (tenant_id, customer_id) references ${schema}.customer (tenant_id, id) on delete cascade
);
create index customer_address_customer on ${schema}.customer_address (tenant_id, customer_id, position);
call ${schema}.protect('${schema}.customer_address');
