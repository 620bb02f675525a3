-- Changes of many tickets, which a background job makes one ticket at a time.

alter table ${schema}.operation add column cancelled boolean not null default false;

-- One that is under way: who asked, for what, and how far it is. The row goes when it is done or cancelled, and its tickets with it.
create table ${schema}.bulk_change (
  tenant_id uuid not null,
  operation_id uuid not null,
  actor_type text not null,
  actor_id uuid,
  actor_name text not null,
  actor_via text not null,
  token_id uuid,
  request_id text,
  change jsonb not null,
  total integer not null,
  next_seq integer not null default 0,
  primary key (tenant_id, operation_id),
  foreign key (tenant_id, operation_id) references ${schema}.operation (tenant_id, id) on delete cascade
);
call ${schema}.protect('${schema}.bulk_change');

-- Which tickets, in which order. Without a foreign key to them: one that is gone by then is told as such.
create table ${schema}.bulk_change_ticket (
  tenant_id uuid not null,
  operation_id uuid not null,
  seq integer not null,
  ticket_id uuid not null,
  expected_version bigint,
  primary key (tenant_id, operation_id, seq),
  foreign key (tenant_id, operation_id) references ${schema}.bulk_change (tenant_id, operation_id) on delete cascade
);
call ${schema}.protect('${schema}.bulk_change_ticket');
