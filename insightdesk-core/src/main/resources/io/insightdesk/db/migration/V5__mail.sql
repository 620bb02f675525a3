create table ${schema}.mailbox (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  address text not null check (address = lower(address)),
  name text not null,
  team_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, team_id) references ${schema}.team (tenant_id, id) on delete set null (team_id)
);
create unique index mailbox_address on ${schema}.mailbox (tenant_id, address);
call ${schema}.protect('${schema}.mailbox');

alter table ${schema}.ticket add foreign key (tenant_id, mailbox_id) references ${schema}.mailbox (tenant_id, id)
  on delete set null (mailbox_id);

create function ${schema}.keep_mailbox() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'INSERT' then
    delete from ${schema}.tenant_directory
    where kind = 'mailbox' and value = old.address and tenant_id = old.tenant_id;
  end if;
  if tg_op <> 'DELETE' then
    insert into ${schema}.tenant_directory (kind, value, tenant_id) values ('mailbox', new.address, new.tenant_id);
  end if;
  return null;
end
$$;
revoke all on function ${schema}.keep_mailbox() from public;
create trigger mailbox_directory after insert or delete or update of address on ${schema}.mailbox
for each row execute function ${schema}.keep_mailbox();

-- Every mail that was accepted, with what became of it. A mail is its raw original first.
create table ${schema}.inbound_mail (
  tenant_id uuid not null references ${schema}.tenant (tenant_id),
  id uuid not null,
  mailbox_id uuid,
  raw_blob_id uuid not null,
  envelope_from text,
  envelope_to text[] not null default '{}',
  sender text,
  state text not null check (state in ('received', 'created', 'appended', 'duplicate', 'ignored', 'quarantined')),
  reason text,
  mail_message_id text,
  content_hash text,
  ticket_id uuid,
  message_id uuid,
  received_at timestamptz not null,
  processed_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, mailbox_id) references ${schema}.mailbox (tenant_id, id) on delete set null (mailbox_id),
  foreign key (tenant_id, raw_blob_id) references ${schema}.blob (tenant_id, id),
  foreign key (tenant_id, ticket_id) references ${schema}.ticket (tenant_id, id) on delete set null (ticket_id),
  foreign key (tenant_id, message_id) references ${schema}.message (tenant_id, id) on delete set null (message_id)
);
-- A duplicate is the same mailbox, Message-ID and content.
create unique index inbound_mail_once on ${schema}.inbound_mail (
  tenant_id, coalesce(mailbox_id, '00000000-0000-0000-0000-000000000000'), coalesce(mail_message_id, ''), content_hash)
  where state in ('created', 'appended', 'ignored');
create index inbound_mail_message_id on ${schema}.inbound_mail (tenant_id, mail_message_id);
create index inbound_mail_sender on ${schema}.inbound_mail (tenant_id, sender, received_at);
create index inbound_mail_waiting on ${schema}.inbound_mail (tenant_id, id) where state in ('received', 'quarantined');
create index inbound_mail_raw_blob on ${schema}.inbound_mail (tenant_id, raw_blob_id);
create index inbound_mail_mailbox on ${schema}.inbound_mail (tenant_id, mailbox_id);
create index inbound_mail_ticket on ${schema}.inbound_mail (tenant_id, ticket_id);
create index inbound_mail_message on ${schema}.inbound_mail (tenant_id, message_id);
call ${schema}.protect('${schema}.inbound_mail');

-- Message-IDs by which an answer finds its ticket.
create table ${schema}.message_reference (
  tenant_id uuid not null,
  mail_message_id text not null,
  message_id uuid not null,
  ticket_id uuid not null,
  primary key (tenant_id, mail_message_id, message_id),
  foreign key (tenant_id, message_id) references ${schema}.message (tenant_id, id) on delete cascade,
  foreign key (tenant_id, ticket_id) references ${schema}.ticket (tenant_id, id) on delete cascade
);
create index message_reference_message on ${schema}.message_reference (tenant_id, message_id);
create index message_reference_ticket on ${schema}.message_reference (tenant_id, ticket_id);
call ${schema}.protect('${schema}.message_reference');
