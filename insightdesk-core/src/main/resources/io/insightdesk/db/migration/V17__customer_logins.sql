-- Customers log in by links in mails, and a session by a provider of identities can end before others.

alter table ${schema}.login_session alter column agent_id drop not null;
alter table ${schema}.login_session
  add column customer_id uuid,
  add column email text,
  add check ((agent_id is null) <> (customer_id is null)),
  add check ((customer_id is null) = (email is null)),
  add foreign key (tenant_id, customer_id) references ${schema}.customer (tenant_id, id) on delete cascade,
  -- Gone with the address whose reader was let in, whoever takes it away from the customer, and in the same transaction.
  add foreign key (tenant_id, email) references ${schema}.customer_address (tenant_id, address) on delete cascade;
create index login_session_customer on ${schema}.login_session (tenant_id, customer_id, id) where ended_at is null;
create index login_session_email on ${schema}.login_session (tenant_id, email) where email is not null;

alter table ${schema}.login_ticket add column session_ends_at timestamptz;

-- A link for somebody who has the address, or, without a customer, for whoever will be one. One for each address: a later one takes its place.
create table ${schema}.login_link (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  email text not null,
  customer_id uuid,
  customer_email text generated always as (case when customer_id is not null then email end) stored,
  secret_hash bytea not null,
  binding_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references ${schema}.customer (tenant_id, id) on delete cascade,
  foreign key (tenant_id, customer_email) references ${schema}.customer_address (tenant_id, address) on delete cascade
);
create unique index login_link_email on ${schema}.login_link (tenant_id, email);
create index login_link_customer on ${schema}.login_link (tenant_id, customer_id);
create index login_link_end on ${schema}.login_link (tenant_id, expires_at);
call ${schema}.protect('${schema}.login_link');

alter table ${schema}.login_attempt drop constraint login_attempt_kind_check;
alter table ${schema}.login_attempt
  add constraint login_attempt_kind_check check (kind in ('account', 'address', 'code', 'mail', 'link'));
