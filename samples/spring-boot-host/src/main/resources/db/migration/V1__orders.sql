create table orders (id text primary key, buyer text not null, state text not null);
insert into orders values ('1000', 'ada@example.com', 'paid');
