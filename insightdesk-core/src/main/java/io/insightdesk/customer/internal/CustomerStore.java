package io.insightdesk.customer.internal;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.CustomerQuery;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.MailAddresses;
import io.insightdesk.internal.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** SQL of customers and their addresses. */
final class CustomerStore {

    private static final UUID BEGINNING = new UUID(0, 0);
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    private static final String INSERT = """
            insert into {schema}.customer (
              tenant_id, id, name, organization_id, external_id, created_at, updated_at, version)
            values (:tenant, :id, :name, :organizationId, :externalId, :createdAt, :updatedAt, :version)
            """;

    void insert(Tx tx, Customer customer) {
        tx.update(INSERT)
                .bind("id", customer.id().value())
                .bind("name", customer.name())
                .bindByType("organizationId", value(customer.organization()), UUID.class)
                .bind("externalId", customer.externalId())
                .bind("createdAt", customer.createdAt())
                .bind("updatedAt", customer.updatedAt())
                .bind("version", customer.version())
                .execute();
        insertAddresses(tx, customer);
    }

    private static final String INSERT_UNLESS_TAKEN = """
            with address as (
              insert into {schema}.customer_address (tenant_id, address, customer_id, position)
              values (:tenant, :address, :id, 0)
              on conflict do nothing
              returning customer_id)
            insert into {schema}.customer (
              tenant_id, id, name, organization_id, external_id, created_at, updated_at, version)
            select :tenant, customer_id, :name, :organizationId, null, :createdAt, :updatedAt, :version
            from address
            """;

    /** Whether the customer was inserted; not when the address is taken, after a wait for whoever is taking it. */
    boolean insertUnlessTaken(Tx tx, Customer customer, EmailAddress address) {
        return tx.update(INSERT_UNLESS_TAKEN)
                        .bind("address", address.value())
                        .bind("id", customer.id().value())
                        .bind("name", customer.name())
                        .bindByType("organizationId", value(customer.organization()), UUID.class)
                        .bind("createdAt", customer.createdAt())
                        .bind("updatedAt", customer.updatedAt())
                        .bind("version", customer.version())
                        .execute()
                == 1;
    }

    private static final String UPDATE = """
            update {schema}.customer
            set name = :name, organization_id = :organizationId, external_id = :externalId,
              updated_at = :updatedAt, version = :version
            where tenant_id = :tenant and id = :id
            """;

    void update(Tx tx, Customer customer) {
        tx.update(UPDATE)
                .bind("id", customer.id().value())
                .bind("name", customer.name())
                .bindByType("organizationId", value(customer.organization()), UUID.class)
                .bind("externalId", customer.externalId())
                .bind("updatedAt", customer.updatedAt())
                .bind("version", customer.version())
                .execute();
    }

    private static final String DELETE_OTHER_ADDRESSES = """
            delete from {schema}.customer_address
            where tenant_id = :tenant and customer_id = :id and address <> all (:addresses)
            """;

    private static final String MOVE_ADDRESSES = """
            update {schema}.customer_address a
            set position = given.position - 1
            from unnest(:addresses) with ordinality as given (address, position)
            where a.tenant_id = :tenant and a.customer_id = :id and a.address = given.address
              and a.position <> given.position - 1
            """;

    /** Those that stay are not made anew: with an address goes what hangs on it, such as logins of who reads its mails. */
    void replaceAddresses(Tx tx, Customer customer) {
        for (String sql : List.of(DELETE_OTHER_ADDRESSES, MOVE_ADDRESSES)) {
            tx.update(sql)
                    .bind("id", customer.id().value())
                    .bindArray("addresses", String.class, texts(customer))
                    .execute();
        }
        insertAddresses(tx, customer);
    }

    private static final String INSERT_ADDRESSES = """
            insert into {schema}.customer_address (tenant_id, address, customer_id, position)
            select :tenant, given.address, :id, given.position - 1
            from unnest(:addresses) with ordinality as given (address, position)
            where not exists (
              select
              from {schema}.customer_address a
              where a.tenant_id = :tenant and a.address = given.address and a.customer_id = :id)
            order by given.address
            """;

    private static void insertAddresses(Tx tx, Customer customer) {
        if (!customer.emails().isEmpty()) {
            tx.update(INSERT_ADDRESSES)
                    .bind("id", customer.id().value())
                    .bindArray("addresses", String.class, texts(customer))
                    .execute();
        }
    }

    private static List<String> texts(Customer customer) {
        return customer.emails().stream().map(EmailAddress::value).toList();
    }

    private static final String SELECT = """
            select c.id, c.name, c.name_key, c.organization_id, c.external_id, c.created_at, c.updated_at, c.version,
              array(
                select a.address
                from {schema}.customer_address a
                where a.tenant_id = c.tenant_id and a.customer_id = c.id
                order by a.position) as addresses
            from {schema}.customer c
            where c.tenant_id = :tenant
            """;

    private static final String BY_ID = SELECT + " and c.id = :id";

    Optional<Customer> find(Tx tx, CustomerId id) {
        return tx.query(BY_ID)
                .bind("id", id.value())
                .map((row, context) -> customer(row))
                .findOne();
    }

    private static final String BY_IDS = SELECT + " and c.id = any (:ids)";

    List<Customer> findAll(Tx tx, Collection<CustomerId> ids) {
        return tx.query(BY_IDS)
                .bindArray(
                        "ids",
                        UUID.class,
                        ids.stream().map(CustomerId::value).distinct().toList())
                .map((row, context) -> customer(row))
                .list();
    }

    private static final String LOCK = """
            select id
            from {schema}.customer
            where tenant_id = :tenant and id = :id
            for no key update
            """;

    /** Locks the row first, so that the addresses are read as they are after the wait. */
    Optional<Customer> lock(Tx tx, CustomerId id) {
        return tx.query(LOCK).bind("id", id.value()).mapTo(UUID.class).findOne().flatMap(locked -> find(tx, id));
    }

    private static final String IS_ERASED = """
            select erased_at is not null
            from {schema}.customer
            where tenant_id = :tenant and id = :id
            """;

    boolean isErased(Tx tx, CustomerId id) {
        return tx.query(IS_ERASED).bind("id", id.value()).mapTo(Boolean.class).one();
    }

    private static final String HAS_ADDRESS = """
             and c.id = (
              select b.customer_id
              from {schema}.customer_address b
              where b.tenant_id = :tenant and b.address = :address)
            """;
    private static final String BY_ADDRESS = SELECT + HAS_ADDRESS;

    Optional<Customer> findByAddress(Tx tx, EmailAddress address) {
        return tx.query(BY_ADDRESS)
                .bind("address", address.value())
                .map((row, context) -> customer(row))
                .findOne();
    }

    private static final String OF_ORGANIZATION = " and c.organization_id = :organizationId ";
    private static final String AFTER_ID = """
             and c.id > :afterId
            order by c.id
            limit :limit
            """;
    private static final String AFTER_NAME = """
             and c.name_key >= :prefix and c.name_key < :prefixEnd and (c.name_key, c.id) > (:afterName, :afterId)
            order by c.name_key, c.id
            limit :limit
            """;

    /** A customer with the value it is sorted by. */
    record Listed(Customer customer, String nameKey) {}

    List<Listed> list(Tx tx, CustomerQuery filter, Cursors.@Nullable Position from, int limit) {
        String prefix = filter.namePrefix();
        EmailAddress email = filter.email();
        // All parts are constants, so there are eight statements.
        String sql = SELECT
                + (filter.organization() == null ? "" : OF_ORGANIZATION)
                + (email == null ? "" : HAS_ADDRESS)
                + (prefix == null ? AFTER_ID : AFTER_NAME);
        Query query = tx.query(sql)
                .bindByType("organizationId", value(filter.organization()), UUID.class)
                .bind("address", email == null ? null : email.value())
                .bind("limit", limit);
        if (prefix == null) {
            query.bind("afterId", from == null ? BEGINNING : from.uuid(0));
        } else {
            String key = prefix.toLowerCase(Locale.ROOT);
            String afterName = from == null ? "" : from.text(0);
            query.bind("prefix", key)
                    .bind("prefixEnd", key + LAST_CHARACTER)
                    .bind("afterName", afterName == null ? "" : afterName)
                    .bind("afterId", from == null ? BEGINNING : from.uuid(1));
        }
        return query.map((row, context) -> new Listed(customer(row), row.getString("name_key")))
                .list();
    }

    private static final String ORGANIZATION_OF = """
            select organization_id
            from {schema}.organization_domain
            where tenant_id = :tenant and domain = any (:domains)
            order by length(domain) desc
            limit 1
            """;

    /** The organization that has the address' domain, or else its nearest parent domain. */
    Optional<OrganizationId> organizationOf(Tx tx, EmailAddress address) {
        return tx.query(ORGANIZATION_OF)
                .bindArray("domains", String.class, MailAddresses.withParents(address.domain()))
                .mapTo(UUID.class)
                .findOne()
                .map(OrganizationId::new);
    }

    private static @Nullable UUID value(@Nullable OrganizationId organization) {
        return organization == null ? null : organization.value();
    }

    private static Customer customer(ResultSet row) throws SQLException {
        UUID organization = row.getObject("organization_id", UUID.class);
        return new Customer(
                new CustomerId(row.getObject("id", UUID.class)),
                row.getString("name"),
                Arrays.stream((String[]) row.getArray("addresses").getArray())
                        .map(EmailAddress::new)
                        .toList(),
                organization == null ? null : new OrganizationId(organization),
                row.getString("external_id"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getLong("version"));
    }
}
