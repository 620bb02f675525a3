package io.insightdesk.jaxrs.internal;

import static io.insightdesk.jaxrs.internal.QueryParameter.CURSOR;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_EMAIL;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_NAME;
import static io.insightdesk.jaxrs.internal.QueryParameter.FILTER_ORGANIZATION;
import static io.insightdesk.jaxrs.internal.QueryParameter.LIMIT;

import io.insightdesk.Desk;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.CustomerChange;
import io.insightdesk.customer.CustomerId;
import io.insightdesk.customer.CustomerPage;
import io.insightdesk.customer.CustomerQuery;
import io.insightdesk.customer.EmailAddress;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.customer.OrganizationId;
import io.insightdesk.error.Violations;
import io.insightdesk.transfer.LongOperation;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Customers: people who ask. */
@Path("customers")
@InsightDeskApi
@Produces(MediaType.APPLICATION_JSON)
public final class CustomersResource extends ApiResource {
    /** Made for each request. */
    public CustomersResource() {}

    /** Lists them. */
    @GET
    @Operation(
            id = "listCustomers",
            value = "Lists customers, a page at a time.",
            response = CustomerJson.class,
            page = true,
            query = {LIMIT, CURSOR, FILTER_ORGANIZATION, FILTER_EMAIL, FILTER_NAME})
    public Response list() {
        Query query = query();
        OrganizationId organization = query.value(FILTER_ORGANIZATION, OrganizationId::of);
        EmailAddress email = query.value(FILTER_EMAIL, EmailAddress::of);
        int limit = query.limit();
        query.done();
        CustomerPage page = desk().customers()
                .list(new CustomerQuery(organization, email, query.text(FILTER_NAME), query.text(CURSOR), limit));
        return page(query, page.items().stream().map(CustomerJson::of).toList(), page.nextCursor());
    }

    /** Makes one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            id = "createCustomer",
            value = "Makes a customer; the organization is found by the mail domain where it is not said.",
            status = 201,
            request = PeopleRequests.NewCustomerJson.class,
            response = CustomerJson.class,
            errors = 409,
            versioned = true)
    public Response create(@Nullable JsonBody body) {
        JsonBody given = orNone(body);
        PeopleRequests.NewCustomerJson request = given.as(PeopleRequests.NewCustomerJson.class);
        NewCustomer wanted =
                new NewCustomer(request.name(), emails(request.emails()), request.organization(), request.externalId());
        return once(given.bytes(), desk -> {
            Customer made = desk.customers().create(wanted);
            return Answer.of(201, CustomerJson.of(made), made.version())
                    .with(HttpHeaders.LOCATION, path("customers", made.id().toString()));
        });
    }

    /** Reads one. */
    @GET
    @Path("{customer}")
    @Operation(
            id = "getCustomer",
            value = "Reads one of the customers.",
            response = CustomerJson.class,
            errors = 404,
            versioned = true)
    public Response get(@PathParam("customer") String id) {
        Customer found = desk().customers().get(id("customer", id, CustomerId::of));
        return read(CustomerJson.of(found), found.version());
    }

    /** Changes one. */
    @PATCH
    @Path("{customer}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    @Operation(
            id = "changeCustomer",
            value = "Changes what is mentioned; see RFC 7396.",
            request = PeopleRequests.CustomerPatch.class,
            response = CustomerJson.class,
            errors = {404, 409, 412},
            versioned = true)
    public Response change(@PathParam("customer") String id, @Nullable JsonBody body) {
        PeopleRequests.CustomerPatch patch = orNone(body).as(PeopleRequests.CustomerPatch.class);
        CustomerChange.Builder builder = CustomerChange.builder();
        if (patch.name() != null) {
            builder.name(patch.name());
        }
        if (patch.emails() != null) {
            builder.emails(
                    emails(patch.emails()).stream().map(EmailAddress::value).toList());
        }
        if (patch.organization() != null) {
            OrganizationId organization = patch.organization().value();
            if (organization == null) {
                builder.removeOrganization();
            } else {
                builder.organization(organization);
            }
        }
        if (patch.externalId() != null) {
            String externalId = patch.externalId().value();
            if (externalId == null) {
                builder.removeExternalId();
            } else {
                builder.externalId(externalId);
            }
        }
        CustomerChange change = builder.build();
        Customer changed = desk().customers().change(id("customer", id, CustomerId::of), expectedVersion(), change);
        return Answer.of(200, CustomerJson.of(changed), changed.version()).toResponse();
    }

    /** Exports all about one. */
    @POST
    @Path("{customer}/export")
    @Operation(
            id = "exportCustomer",
            value =
                    "Has everything about a customer written into a ZIP file; the operation tells how far it is, and gives the file.",
            status = 202,
            response = OperationJson.class,
            errors = {404, 409})
    public Response export(@PathParam("customer") String id) {
        CustomerId customer = id("customer", id, CustomerId::of);
        return begun(desk -> desk.persons().export(customer));
    }

    /** Erases one. */
    @POST
    @Path("{customer}/erase")
    @Operation(
            id = "eraseCustomer",
            value = "Takes away everything personal of a customer, for good; the operation tells how far it is.",
            status = 202,
            response = OperationJson.class,
            errors = {404, 409})
    public Response erase(@PathParam("customer") String id) {
        CustomerId customer = id("customer", id, CustomerId::of);
        return begun(desk -> desk.persons().erase(customer));
    }

    private Response begun(Function<Desk, LongOperation> work) {
        return once(new byte[0], desk -> {
            LongOperation operation = work.apply(desk);
            return Answer.of(202, OperationJson.of(operation))
                    .with(
                            HttpHeaders.LOCATION,
                            path("operations", operation.id().toString()));
        });
    }

    private static List<EmailAddress> emails(@Nullable List<String> texts) {
        Violations violations = new Violations();
        List<EmailAddress> emails = new ArrayList<>();
        int index = 0;
        for (String text : texts == null ? List.<String>of() : texts) {
            Optional<EmailAddress> email = EmailAddress.parse(text);
            if (email.isEmpty()) {
                violations.add(
                        "/emails/" + index, "invalid_value", "This is not a mail address such as name@example.com.");
            }
            email.ifPresent(emails::add);
            index++;
        }
        violations.throwIfAny();
        return emails;
    }
}
