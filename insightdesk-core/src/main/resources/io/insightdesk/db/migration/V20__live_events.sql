-- Live events are read in the order of the transactions that wrote them, which no identifier is in: a later one may be committed
-- earlier. `xid` is the transaction's number, which never repeats in a cluster.
create index event_live on ${schema}.event (tenant_id, xid, id) where ticket_id is not null;
