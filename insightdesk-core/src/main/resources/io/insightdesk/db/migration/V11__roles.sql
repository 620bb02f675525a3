-- Roles of a tenant's own, which tickets a role is about, private teams, and what customers see of each other.
-- The two checks are renewed under a short lock: agents and tokens are few.

alter table ${schema}.agent drop constraint agent_role_check;
alter table ${schema}.agent add constraint agent_role_check check (role ~ '^[a-z][a-z0-9_]{1,39}$');
create index agent_role on ${schema}.agent (tenant_id, role, id);
alter table ${schema}.api_token drop constraint api_token_role_check;
alter table ${schema}.api_token add constraint api_token_role_check check (role ~ '^[a-z][a-z0-9_]{1,39}$');

-- No foreign key leads here, because built-in roles have no row: who gives a role holds its row, and who removes it looks then.
create table ${schema}.role (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  role text not null check (role ~ '^[a-z][a-z0-9_]{1,39}$'),
  name text not null,
  permissions text[] not null,
  tickets text not null check (tickets in ('all', 'teams', 'organizations')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  primary key (tenant_id, role)
);
call ${schema}.protect('${schema}.role');

create table ${schema}.role_organization (
  tenant_id uuid not null,
  role text not null,
  organization_id uuid not null,
  primary key (tenant_id, role, organization_id),
  foreign key (tenant_id, role) references ${schema}.role (tenant_id, role) on delete cascade,
  foreign key (tenant_id, organization_id) references ${schema}.organization (tenant_id, id) on delete cascade
);
create index role_organization_organization on ${schema}.role_organization (tenant_id, organization_id);
call ${schema}.protect('${schema}.role_organization');

alter table ${schema}.team add column members_only boolean not null default false;
create index team_members_only on ${schema}.team (tenant_id, id) where members_only;

alter table ${schema}.organization add column shared_tickets boolean not null default false;

-- Who uploaded a file: a customer may use and read only the own ones until they belong to a message.
alter table ${schema}.attachment add column uploader_id uuid;
