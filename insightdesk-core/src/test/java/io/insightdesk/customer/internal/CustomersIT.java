package io.insightdesk.customer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.CustomerPage;
import io.insightdesk.customer.CustomerQuery;
import io.insightdesk.customer.Customers;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.NewOrganization;
import io.insightdesk.customer.Organization;
import io.insightdesk.customer.OrganizationChange;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.customer.OrganizationQuery;
import io.insightdesk.customer.Organizations;
import io.insightdesk.error.ConflictException;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.NotFoundException;
import io.insightdesk.internal.Cursors;
import io.insightdesk.internal.Ids;
import io.insightdesk.internal.Scope;
import io.insightdesk.testing.InMemorySigner;
import io.insightdesk.testing.Race;
import io.insightdesk.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CustomersIT {

    private static final TestDatabase database = TestDatabase.fresh();
    private static final CustomerFeature feature =
            new CustomerFeature(database.events(), new Cursors(new InMemorySigner()));

    private final Scope scope = database.system(database.newTenant());
    private final Customers customers = feature.customers(scope);
    private final Organizations organizations = feature.organizations(scope);

    @AfterAll
    static void end() {
        database.close();
    }

    @Test
    void aCustomerIsFoundByEachAddress() {
        Customer made = customers.create(NewCustomer.builder("Zoë")
                .email("Zoe@Example.com")
                .email("a@example.org")
                .email("zoe@example.com")
                .externalId("c-1")
                .build());

        assertThat(made.emails()).extracting(EmailAddress::value).containsExactly("zoe@example.com", "a@example.org");
        assertThat(customers.get(made.id())).isEqualTo(made);
        assertThat(customers.findByEmail(EmailAddress.of("A@EXAMPLE.org"))).contains(made);
        assertThat(customers.findByEmail(EmailAddress.of("b@example.org"))).isEmpty();
        assertThat(events()).containsExactly("customer_created");
    }

    @Test
    void anAddressBelongsToOneCustomerOfATenant() {
        customers.create(NewCustomer.of("Ann", "ann@example.com"));
        Customer bob = customers.create(NewCustomer.of("Bob", "bob@example.com"));

        conflict(() -> customers.create(NewCustomer.of("Ann", "ANN@example.com")), "email_taken");
        conflict(
                () -> customers.change(
                        bob.id(),
                        null,
                        CustomerChange.builder()
                                .emails(List.of("bob@example.com", "ann@example.com"))
                                .build()),
                "email_taken");
        assertThat(customers.get(bob.id())).isEqualTo(bob);
        Customers others = feature.customers(database.system(database.newTenant()));
        others.create(NewCustomer.of("Ann", "ann@example.com"));
        assertThatThrownBy(() -> others.get(bob.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void allWrongAddressesAreNamed() {
        assertThatThrownBy(() -> NewCustomer.builder("Ann")
                        .email("x")
                        .email("ann@example.com")
                        .email("y@")
                        .build())
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations())
                                .extracting(violation -> violation.pointer())
                                .containsExactly("/emails/0", "/emails/2"));
    }

    @Test
    void manyAtOnceMakeOneCustomer() throws Exception {
        for (int round = 0; round < 5; round++) {
            EmailAddress email = EmailAddress.of("new" + round + "@example.com");

            List<Customer> found = Race.of(16, () -> customers.findOrCreate(email, "New"));

            assertThat(found).containsOnly(found.get(0));
        }
        assertThat(customers.list(CustomerQuery.all()).items()).hasSize(5);
        assertThat(events()).hasSize(5);
    }

    @Test
    void whoExistsIsFoundUnchanged() {
        Customer ann = customers.create(NewCustomer.of("Ann", "ann@example.com"));

        assertThat(customers.findOrCreate(EmailAddress.of("Ann@example.com"), "Other"))
                .isEqualTo(ann);
        assertThat(customers
                        .findOrCreate(EmailAddress.of("bob@example.com"), " \0 ")
                        .name())
                .isEqualTo("bob");
        assertThat(customers
                        .findOrCreate(EmailAddress.of("c@example.com"), "x".repeat(199) + "😀")
                        .name())
                .isEqualTo("x".repeat(199));
    }

    @Test
    void aCustomerMadeInAHostsTransactionGoesWithIt() throws SQLException {
        EmailAddress email = EmailAddress.of("ann@example.com");
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Customers hosts = feature.customers(new Scope(
                    scope.tenant(),
                    scope.actor(),
                    scope.authority(),
                    database.database().on(connection, action -> {}),
                    database.clock(),
                    null));
            Customer ann = hosts.findOrCreate(email, "Ann");
            assertThat(hosts.findOrCreate(email, "Ann")).isEqualTo(ann);
            connection.rollback();
        }
        assertThat(customers.findByEmail(email)).isEmpty();
    }

    @Test
    void theMailDomainDecidesWhereACustomerBelongs() {
        Organization wide = organizations.create(NewOrganization.of("Wide", "Example.COM", "bücher.example"));
        Organization narrow = organizations.create(NewOrganization.of("Narrow", "lab.example.com"));

        assertThat(wide.domains()).containsExactly("example.com", "xn--bcher-kva.example");
        assertThat(belongs("a@example.com")).isEqualTo(wide.id());
        assertThat(belongs("a@mail.example.com")).isEqualTo(wide.id());
        assertThat(belongs("a@x.lab.example.com")).isEqualTo(narrow.id());
        assertThat(belongs("a@bücher.example")).isEqualTo(wide.id());
        assertThat(belongs("a@notexample.com")).isNull();
        assertThat(belongs("a@gmail.com")).isNull();
        assertThat(customers
                        .create(NewCustomer.builder("Ann")
                                .email("ann@lab.example.com")
                                .organization(wide.id())
                                .build())
                        .organization())
                .isEqualTo(wide.id());
    }

    @Test
    void aDomainBelongsToOneOrganization() {
        Organization first = organizations.create(NewOrganization.of("First", "example.com"));
        Organization second = organizations.create(NewOrganization.of("Second", "example.org"));

        conflict(() -> organizations.create(NewOrganization.of("Third", "example.COM")), "domain_taken");
        conflict(
                () -> organizations.change(
                        second.id(), 1L, OrganizationChange.domains(List.of("example.com", "example.net"))),
                "domain_taken");
        conflict(() -> organizations.create(NewOrganization.of("FIRST")), "name_taken");
        assertThat(organizations.get(second.id())).isEqualTo(second);

        Organization changed = organizations.change(second.id(), 1L, OrganizationChange.domains(List.of("b.example")));
        assertThat(changed.version()).isEqualTo(2);
        assertThat(organizations.list(OrganizationQuery.all()).items()).containsExactly(first, changed);
        assertThatThrownBy(() -> organizations.change(second.id(), 1L, OrganizationChange.name("x")))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        e -> assertThat(e.actualVersion()).hasValue(2));
        assertThat(events()).containsExactly("organization_created", "organization_created", "organization_changed");
    }

    @Test
    void aChangeTouchesOnlyWhatItNames() {
        Organization organization = organizations.create(NewOrganization.of("Org"));
        Customer ann = customers.create(NewCustomer.of("Ann", "ann@example.com"));

        Customer moved = customers.change(
                ann.id(),
                1L,
                CustomerChange.builder()
                        .organization(organization.id())
                        .emails(List.of("new@example.com", "ann@example.com"))
                        .build());

        assertThat(moved.name()).isEqualTo("Ann");
        assertThat(moved.version()).isEqualTo(2);
        assertThat(customers.get(ann.id())).isEqualTo(moved);
        assertThat(moved.primaryEmail()).contains(EmailAddress.of("new@example.com"));
        assertThat(customers
                        .change(
                                ann.id(),
                                2L,
                                CustomerChange.builder().removeOrganization().build())
                        .organization())
                .isNull();
        assertThatThrownBy(() -> customers.change(
                        ann.id(), 2L, CustomerChange.builder().name("x").build()))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        e -> assertThat(e.actualVersion()).hasValue(3));
        assertThatThrownBy(() -> customers.change(
                        ann.id(),
                        null,
                        CustomerChange.builder()
                                .organization(new OrganizationId(Ids.next()))
                                .build()))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations().get(0).code()).isEqualTo("unknown_organization"));
    }

    @Test
    void pagesGoThroughAllOnceUnderEachFilter() {
        Organization organization = organizations.create(NewOrganization.of("Org", "org.example"));
        List<Customer> all = new ArrayList<>();
        for (String name : List.of("Bea", "anna", "Ann", "ANN", "Anne 100%", "an_", "Zoë", "Änne")) {
            all.add(customers.create(NewCustomer.of(
                    name, "c" + all.size() + "@" + (all.size() % 2 == 0 ? "org" : "else") + ".example")));
        }

        assertThat(pages(CustomerQuery.all())).isEqualTo(all);
        assertThat(pages(CustomerQuery.all().organization(organization.id())))
                .containsExactly(all.get(0), all.get(2), all.get(4), all.get(6));
        assertThat(pages(CustomerQuery.all().email(EmailAddress.of("c3@else.example"))))
                .containsExactly(all.get(3));
        assertThat(pages(CustomerQuery.all().namePrefix("Ann")))
                .extracting(Customer::name)
                .containsExactly("Ann", "ANN", "anna", "Anne 100%");
        assertThat(pages(CustomerQuery.all().namePrefix("an_")))
                .extracting(Customer::name)
                .containsExactly("an_");
        assertThat(pages(CustomerQuery.all().namePrefix("ä")))
                .extracting(Customer::name)
                .containsExactly("Änne");
        assertThat(pages(CustomerQuery.all().namePrefix("A").organization(organization.id())))
                .extracting(Customer::name)
                .containsExactly("Ann", "Anne 100%");
        String cursor = customers.list(CustomerQuery.all().limit(1)).nextCursor();
        assertThatThrownBy(
                        () -> customers.list(CustomerQuery.all().namePrefix("A").after(cursor)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void listsFindTheirIndexUnderRowSecurity() {
        scope.run(tx -> tx.update("""
                        insert into {schema}.customer (tenant_id, id, name, created_at, updated_at)
                        select :tenant, gen_random_uuid(), 'Name ' || i, now(), now()
                        from generate_series(1, 5000) as i
                        """).execute());
        database.execute("analyze insightdesk.customer");

        assertThat(plan("id > '00000000-0000-0000-0000-000000000000' order by id limit 26"))
                .contains("customer_pkey");
        assertThat(plan("name_key >= 'name 49' and name_key < 'name 49z' order by name_key, id limit 26"))
                .contains("customer_name")
                .contains("name_key >=");
    }

    private String plan(String rest) {
        return scope.run(tx -> String.join(
                "\n",
                tx.query("explain select id from {schema}.customer where tenant_id = :tenant and " + rest)
                        .mapTo(String.class)
                        .list()));
    }

    private List<Customer> pages(CustomerQuery query) {
        List<Customer> seen = new ArrayList<>();
        String cursor = null;
        do {
            CustomerPage page = customers.list(query.limit(2).after(cursor));
            seen.addAll(page.items());
            cursor = page.nextCursor();
        } while (cursor != null);
        return seen;
    }

    private @Nullable OrganizationId belongs(String email) {
        return customers.findOrCreate(EmailAddress.of(email), null).organization();
    }

    private List<String> events() {
        return scope.run(tx -> tx.query("select type from {schema}.event where tenant_id = :tenant order by id")
                .mapTo(String.class)
                .list());
    }

    private static void conflict(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ConflictException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
