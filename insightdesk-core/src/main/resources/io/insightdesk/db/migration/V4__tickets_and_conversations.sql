create table ${schema}.ticket_number (
  tenant_id uuid not null primary key references ${schema}.tenant (tenant_id),
  last bigint not null
) with (fillfactor = 50);
call ${schema}.protect('${schema}.ticket_number');

create table ${schema}.ticket (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  number bigint not null,
  subject text not null,
  status text not null check (status in ('new', 'open', 'pending', 'on_hold', 'resolved', 'closed')),
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  channel text not null check (channel in ('web', 'email', 'chat', 'api', 'phone', 'social')),
  requester_id uuid not null,
  organization_id uuid,
  assignee_id uuid,
  team_id uuid,
  mailbox_id uuid,
  custom_fields jsonb not null default '{}',
  event_seq bigint not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  resolved_at timestamptz,
  closed_at timestamptz,
  version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, requester_id) references ${schema}.customer (tenant_id, id),
  foreign key (tenant_id, organization_id) references ${schema}.organization (tenant_id, id)
    on delete set null (organization_id),
  foreign key (tenant_id, assignee_id) references ${schema}.agent (tenant_id, id) on delete set null (assignee_id),
  foreign key (tenant_id, team_id) references ${schema}.team (tenant_id, id) on delete set null (team_id)
) with (fillfactor = 90);
create unique index ticket_by_number on ${schema}.ticket (tenant_id, number);
create index ticket_created on ${schema}.ticket (tenant_id, created_at, id);
create index ticket_updated on ${schema}.ticket (tenant_id, updated_at, id);
create index ticket_status on ${schema}.ticket (tenant_id, status, created_at, id);
create index ticket_requester on ${schema}.ticket (tenant_id, requester_id, created_at, id);
create index ticket_organization on ${schema}.ticket (tenant_id, organization_id, created_at, id);
create index ticket_assignee on ${schema}.ticket (tenant_id, assignee_id, created_at, id);
create index ticket_team on ${schema}.ticket (tenant_id, team_id, created_at, id);
create index ticket_resolved on ${schema}.ticket (tenant_id, resolved_at) where status = 'resolved';
call ${schema}.protect('${schema}.ticket');

create table ${schema}.tag (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  name text not null check (name = lower(name)),
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index tag_name on ${schema}.tag (tenant_id, name);
call ${schema}.protect('${schema}.tag');

create table ${schema}.ticket_tag (
  tenant_id uuid not null,
  ticket_id uuid not null,
  tag_id uuid not null,
  primary key (tenant_id, ticket_id, tag_id),
  foreign key (tenant_id, ticket_id) references ${schema}.ticket (tenant_id, id) on delete cascade,
  foreign key (tenant_id, tag_id) references ${schema}.tag (tenant_id, id) on delete cascade
);
create index ticket_tag_tag on ${schema}.ticket_tag (tenant_id, tag_id, ticket_id);
call ${schema}.protect('${schema}.ticket_tag');

create table ${schema}.ticket_link (
  tenant_id uuid not null,
  ticket_id uuid not null,
  kind text not null check (kind in ('follow_up')),
  target_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, ticket_id, kind, target_id),
  foreign key (tenant_id, ticket_id) references ${schema}.ticket (tenant_id, id) on delete cascade,
  foreign key (tenant_id, target_id) references ${schema}.ticket (tenant_id, id) on delete cascade
);
create index ticket_link_target on ${schema}.ticket_link (tenant_id, target_id);
call ${schema}.protect('${schema}.ticket_link');

create table ${schema}.message (
  tenant_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  kind text not null check (kind in ('customer', 'agent', 'note', 'system')),
  author_type text not null,
  author_id uuid,
  author_name text not null,
  author_email text,
  subject text not null,
  text text not null,
  html text,
  new_text text not null,
  flags text[] not null default '{}',
  mail_message_id text,
  mail_in_reply_to text,
  mail_from text,
  mail_to text[] not null default '{}',
  mail_cc text[] not null default '{}',
  mail_date timestamptz,
  raw_blob_id uuid,
  delivery text check (delivery in ('queued', 'sent', 'failed', 'bounced')),
  delivery_error text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ${schema}.ticket (tenant_id, id) on delete cascade,
  foreign key (tenant_id, raw_blob_id) references ${schema}.blob (tenant_id, id)
);
create index message_ticket on ${schema}.message (tenant_id, ticket_id, created_at, id);
create index message_unsent on ${schema}.message (tenant_id, created_at) where delivery = 'queued';
create index message_raw_blob on ${schema}.message (tenant_id, raw_blob_id) where raw_blob_id is not null;
call ${schema}.protect('${schema}.message');

create table ${schema}.attachment (
  tenant_id uuid not null,
  id uuid not null,
  message_id uuid,
  position integer not null default 0,
  blob_id uuid not null,
  filename text not null,
  content_type text not null,
  size bigint not null,
  inline boolean not null default false,
  content_id text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, message_id) references ${schema}.message (tenant_id, id) on delete cascade,
  foreign key (tenant_id, blob_id) references ${schema}.blob (tenant_id, id)
);
create index attachment_message on ${schema}.attachment (tenant_id, message_id, position);
create index attachment_blob on ${schema}.attachment (tenant_id, blob_id);
create index attachment_unlinked on ${schema}.attachment (tenant_id, created_at) where message_id is null;
call ${schema}.protect('${schema}.attachment');
