package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.insightdesk.Desk;
import io.insightdesk.customer.Customer;
import io.insightdesk.customer.NewCustomer;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.identity.NewApiToken;
import io.insightdesk.identity.Permission;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.RoleDefinition;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Threat: somebody does more over HTTP than the role allows. Each role calls each operation of the OpenAPI document: what it may not
 * is 403, what it may is anything else. A customer signs in through the host, as in a portal.
 */
@DevEnvironmentTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolesIT {
    private static final String UNKNOWN = "0190d7a2-5e3f-7c1a-9b7d-000000000000";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** What only somebody with a session of a login may, whatever the role. */
    private static final String SESSION = "a session";

    /** What only a page of the server's own origin may. */
    private static final String OWN_PAGE = "a page of this server";

    /** What each operation needs, one of several with "or" between them; empty for nothing. */
    private static final Map<String, String> NEEDED = new TreeMap<>();

    static {
        needs("", "getMe", "getOpenApi");
        needs("", "login", "loginWithCode", "refreshLogin", "logout", "getLoginKeys");
        needs("", "beginLoginWithKey", "loginWithKey");
        needs("", "listOpenIdProviders");
        needs(OWN_PAGE, "startOpenIdLogin", "finishOpenIdLogin");
        needs(OWN_PAGE, "requestLoginLink", "redeemLoginLink");
        needs("", "forgotPassword", "resetPassword", "confirmEmail");
        needs(SESSION, "listSessions", "endSession", "endAllSessions", "changePassword", "verifyEmail");
        needs(
                SESSION,
                "listSecurityKeys",
                "beginSecurityKey",
                "addSecurityKey",
                "changeSecurityKey",
                "removeSecurityKey");
        needs(SESSION, "beginSecurityKeyProof", "proveSecurityKey");
        needs(SESSION, "beginSecondFactor", "confirmSecondFactor", "removeSecondFactor", "renewRecoveryCodes");
        needs(
                "ticket:read",
                "listTickets",
                "getTicket",
                "listMessages",
                "listNotes",
                "getMessage",
                "getAttachment",
                "getAttachmentContent",
                "linkAttachment",
                "listTicketAttachments",
                "getTicketTags");
        needs("ticket:create", "createTicket");
        needs(
                "ticket:update",
                "changeTicket",
                "changeTickets",
                "reopenTicket",
                "replaceTicketTags",
                "addTicketTags",
                "removeTicketTag");
        needs("ticket:assign", "assignTicket");
        needs("ticket:close", "resolveTicket", "closeTicket");
        needs("activity:read", "listTicketEvents", "streamEvents");
        needs("tag:read", "listTags");
        needs("message:write", "createMessage");
        needs("note:write", "createNote");
        needs("attachment:write", "uploadAttachment");
        needs("customer:read", "listCustomers", "getCustomer", "listOrganizations", "getOrganization");
        needs("customer:write", "createCustomer", "changeCustomer", "createOrganization", "changeOrganization");
        needs("agent:read", "getTenant", "listAgents", "getAgent", "listTeams", "getTeam", "listRoles", "getRole");
        needs("agent:admin", "createAgent", "changeAgent", "createTeam", "changeTeam");
        needs(
                "agent:admin",
                "inviteAgent",
                "setAgentPassword",
                "listAgentSessions",
                "endAgentSessions",
                "removeAgentSecondFactor");
        needs(
                "agent:provision",
                "listScimUsers",
                "createScimUser",
                "getScimUser",
                "replaceScimUser",
                "changeScimUser",
                "deleteScimUser",
                "listScimGroups",
                "createScimGroup",
                "getScimGroup",
                "replaceScimGroup",
                "changeScimGroup",
                "deleteScimGroup");
        needs("", "getScimConfig", "listScimResourceTypes", "getScimResourceType", "listScimSchemas", "getScimSchema");
        needs("role:admin", "createRole", "changeRole", "removeRole");
        needs("token:admin", "listApiTokens", "createApiToken", "revokeApiToken");
        needs("mail:read", "listMailboxes", "getMailbox");
        needs("mail:admin", "createMailbox", "changeMailbox");
        needs("mail:receive", "receiveMail");
        needs("person:export", "exportCustomer", "getOperationContent");
        needs("person:erase", "eraseCustomer");
        needs(
                "person:export or person:erase or ticket:update or ticket:assign or ticket:close",
                "getOperation",
                "cancelOperation");
        needs(
                "retention:admin",
                "listLegalHolds",
                "getLegalHold",
                "placeLegalHold",
                "releaseLegalHold",
                "listRetentionRules",
                "getRetentionRule",
                "setRetentionRule",
                "removeRetentionRule",
                "previewRetentionRule");
        needs("audit:read", "listAudit", "verifyAudit", "exportAudit");
        needs("tenant:admin", "changeTenant");
        needs("job:read", "listJobs", "getJob", "listJobSchedules", "getJobSchedule");
        needs(
                "job:admin",
                "cancelJob",
                "retryJob",
                "discardJob",
                "pauseJobSchedule",
                "resumeJobSchedule",
                "runJobSchedule",
                "listPausedJobKinds",
                "pauseJobKind",
                "resumeJobKind",
                "listJobQueues",
                "configureJobQueue",
                "pauseJobQueue",
                "resumeJobQueue",
                "listJobWorkers");
    }

    private static void needs(String permission, String... operations) {
        for (String operation : operations) {
            NEEDED.put(operation, permission);
        }
    }

    private ApiFixture api;
    private RestServer portal;
    private Customer ada;

    /** An operation as it is sent. */
    private record Sent(
            String id, String verb, String path, @Nullable String body, String media) {}

    @BeforeAll
    void start(DataSource dataSource) throws Exception {
        api = new ApiFixture(dataSource);
        ada = api.system.customers().create(NewCustomer.of("Ada", "ada@home.example"));
        portal = new RestServer().mount("/portal", new Portal()).start();
    }

    @AfterAll
    void stop() {
        portal.close();
        api.close();
    }

    @Test
    void everyOperationIsInTheTable() {
        assertThat(operations()).extracting(Sent::id).containsExactlyInAnyOrderElementsOf(NEEDED.keySet());
    }

    @Test
    void eachRoleMayWhatItsPermissionsSay() {
        List<String> wrong = new ArrayList<>();
        for (RoleDefinition role : api.system.roles().list()) {
            Set<String> permissions = new TreeSet<>();
            role.permissions().stream().map(Permission::wireName).forEach(permissions::add);
            boolean customer = role.role().equals(Role.CUSTOMER);
            String token = customer
                    ? ""
                    : api.system
                            .apiTokens()
                            .create(NewApiToken.of("matrix", role.role()))
                            .secret()
                            .reveal();
            for (Sent sent : operations()) {
                String needed = NEEDED.getOrDefault(sent.id(), "");
                boolean may = needed.isEmpty()
                        || Arrays.stream(needed.split(" or ", -1)).anyMatch(permissions::contains);
                int status = customer
                        ? asAda(sent)
                        : api.send(
                                        sent.verb(),
                                        sent.path(),
                                        sent.body(),
                                        "Authorization",
                                        "Bearer " + token,
                                        "Content-Type",
                                        sent.media())
                                .status();
                if (may == (status == 403) || status >= 500) {
                    wrong.add(role.role() + " " + sent.id() + ": may " + may + ", got " + status);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aCustomersTicketIsShownWithoutWhatIsTheDesks() throws Exception {
        Sent create = operations().stream()
                .filter(sent -> sent.id().equals("createTicket"))
                .findFirst()
                .orElseThrow();
        HttpResponse<String> made = portal(create);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String id = ApiFixture.JSON.readTree(made.body()).at("/id").asText();
        Reply note = api.post("/tickets/" + id + "/notes", "{\"text\":\"difficult\"}");
        assertThat(note.status()).isEqualTo(201);
        assertThat(api.patch("/tickets/" + id, "{\"tags\":[\"churn\"]}").status())
                .isEqualTo(200);

        HttpResponse<String> ticket = portal(new Sent("", "GET", "/tickets/" + id, null, ""));
        HttpResponse<String> messages = portal(new Sent("", "GET", "/tickets/" + id + "/messages", null, ""));
        HttpResponse<String> notes = portal(new Sent("", "GET", "/tickets/" + id + "/notes", null, ""));

        assertThat(ticket.statusCode()).isEqualTo(200);
        JsonNode shown = ApiFixture.JSON.readTree(ticket.body());
        assertThat(shown.at("/requester/id").asText()).isEqualTo(ada.id().toString());
        assertThat(shown.at("/tags")).isEmpty();
        assertThat(messages.body()).doesNotContain("difficult").contains("It burns.");
        assertThat(notes.body()).doesNotContain("difficult");
        String foreign =
                api.post("/tickets", body("eve@home.example")).json().at("/id").asText();
        assertThat(portal(new Sent("", "GET", "/tickets/" + foreign, null, "")).statusCode())
                .isEqualTo(404);
        assertThat(portal(new Sent("", "POST", "/tickets", body("eve@home.example"), "application/json"))
                        .body())
                .contains("not_yourself");
    }

    @Test
    void aRoleIsMadeChangedAndRemoved() {
        Reply made = api.post(
                "/roles",
                "{\"role\":\"second_line\",\"name\":\"Second line\",\"permissions\":[\"ticket:read\",\"note:read\"],"
                        + "\"tickets\":{\"kind\":\"teams\"}}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.header("Location")).endsWith("/api/v1/roles/second_line");
        assertThat(made.json().at("/tickets/kind").asText()).isEqualTo("teams");
        assertThat(api.get("/roles/second_line").json()).isEqualTo(made.json());

        Reply changed = api.patch("/roles/second_line", "{\"permissions\":[\"ticket:read\"]}", "If-Match", "\"1\"");
        assertThat(changed.json().at("/permissions")).hasSize(1);
        assertThat(api.patch("/roles/second_line", "{\"name\":\"x\"}", "If-Match", "\"1\"")
                        .status())
                .isEqualTo(412);
        assertThat(api.get("/roles").json().at("/items").findValuesAsText("role"))
                .contains("owner", "second_line");
        Reply token = api.post("/api-tokens", "{\"name\":\"t\",\"role\":\"second_line\"}");
        assertThat(token.json().at("/role").asText()).isEqualTo("second_line");
        Reply inUse = api.send("DELETE", "/roles/second_line", (String) null);
        assertThat(inUse.status()).isEqualTo(409);
        assertThat(inUse.json().at("/code").asText()).isEqualTo("role_in_use");
        api.send("DELETE", "/api-tokens/" + token.json().at("/id").asText(), (String) null);
        assertThat(api.send("DELETE", "/roles/second_line", (String) null).status())
                .isEqualTo(204);
        assertThat(api.get("/roles/second_line").status()).isEqualTo(404);
        assertThat(api.patch("/roles/admin", "{\"name\":\"x\"}")
                        .json()
                        .at("/code")
                        .asText())
                .isEqualTo("role_built_in");
        assertThat(api.post("/roles", "{\"role\":\"x1\",\"name\":\"x\",\"permissions\":[\"ticket:fly\"]}")
                        .json()
                        .at("/errors/0/pointer")
                        .asText())
                .isEqualTo("/permissions/0");
        Reply escalation = api.post("/agents", "{\"name\":\"x\",\"email\":\"x@acme.example\",\"role\":\"owner\"}");
        assertThat(escalation.status()).isEqualTo(403);
    }

    private List<Sent> operations() {
        JsonNode paths = api.get("/openapi.json", "Authorization", "").json().at("/paths");
        List<Sent> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
                operations.add(sent(verb.getKey().toUpperCase(Locale.ROOT), path.getKey(), verb.getValue()));
            }
        }
        return operations;
    }

    private static Sent sent(String verb, String route, JsonNode operation) {
        String id = operation.at("/operationId").asText();
        String path = route.replace("{role}", "unknown")
                .replace("{target}", "customer")
                .replace("{rule}", "attachments")
                .replaceAll("\\{\\w+}", UNKNOWN);
        for (JsonNode parameter : operation.at("/parameters")) {
            if (parameter.at("/in").asText().equals("query")
                    && parameter.at("/required").asBoolean()) {
                path += "?" + parameter.at("/name").asText() + "=x";
            }
        }
        JsonNode content = operation.at("/requestBody/content");
        if (content.isMissingNode()) {
            return new Sent(id, verb, path, null, "application/json");
        }
        JsonNode example = content.at("/application~1json/example");
        if (example.isMissingNode()) {
            return new Sent(
                    id, verb, path, "Subject: x\r\n\r\nx", content.fieldNames().next());
        }
        return new Sent(
                id,
                verb,
                path,
                id.equals("createTicket") ? body("ada@home.example") : example.toString(),
                "application/json");
    }

    /** A ticket without what a customer may not say. */
    private static String body(String email) {
        return "{\"subject\":\"Printer\",\"requester\":{\"email\":\"" + email
                + "\"},\"message\":{\"text\":\"It burns.\"}}";
    }

    private int asAda(Sent sent) {
        return portal(sent).statusCode();
    }

    private HttpResponse<String> portal(Sent sent) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(portal.address() + "/portal" + sent.path()));
        String body = sent.body();
        if (body != null) {
            request.header("Content-Type", sent.media());
        }
        request.method(
                sent.verb(),
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A host where everybody is Ada. */
    private final class Portal extends Application {
        @Override
        public Set<Class<?>> getClasses() {
            return InsightDeskFeature.resources();
        }

        @Override
        @SuppressWarnings("deprecation") // The only portable way to register instances.
        public Set<Object> getSingletons() {
            Desk desk = api.insightDesk.tenant(api.tenant.id()).as(ada.actor());
            return Set.of(
                    new InsightDeskFeature(api.insightDesk, ApiOptions.defaults()), new Login(new DeskPrincipal(desk)));
        }
    }

    @Priority(Priorities.AUTHENTICATION - 100)
    private static final class Login implements ContainerRequestFilter {
        private final Principal principal;

        Login(Principal principal) {
            this.principal = principal;
        }

        @Override
        public void filter(ContainerRequestContext request) {
            request.setSecurityContext(new SecurityContext() {
                @Override
                public Principal getUserPrincipal() {
                    return principal;
                }

                @Override
                public boolean isUserInRole(String role) {
                    return false;
                }

                @Override
                public boolean isSecure() {
                    return false;
                }

                @Override
                public String getAuthenticationScheme() {
                    return "portal";
                }
            });
        }
    }
}
