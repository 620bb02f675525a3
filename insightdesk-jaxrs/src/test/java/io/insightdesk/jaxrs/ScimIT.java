package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.identity.NewAgent;
import io.insightdesk.identity.Role;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** SCIM 2.0 (RFC 7643 and 7644): discovery, errors, filters, pages, attributes and operations. */
@DevEnvironmentTest
class ScimIT extends ScimCalls {
    @Test
    void discoveryTellsWhatThereIs() {
        JsonNode config = scim("GET", "/ServiceProviderConfig", null).json();
        assertThat(config.at("/patch/supported").asBoolean()).isTrue();
        assertThat(config.at("/bulk/supported").asBoolean(true)).isFalse();
        assertThat(config.at("/sort/supported").asBoolean(true)).isFalse();
        assertThat(config.at("/changePassword/supported").asBoolean(true)).isFalse();
        assertThat(config.at("/etag/supported").asBoolean()).isTrue();
        assertThat(config.at("/filter/maxResults").asInt()).isEqualTo(200);
        assertThat(config.at("/authenticationSchemes/0/type").asText()).isEqualTo("oauthbearertoken");

        JsonNode types = scim("GET", "/ResourceTypes", null).json();
        assertThat(types.at("/totalResults").asInt()).isEqualTo(2);
        assertThat(scim("GET", "/ResourceTypes/Group", null)
                        .json()
                        .at("/schema")
                        .asText())
                .isEqualTo(GROUP);
        JsonNode schemas = scim("GET", "/Schemas", null).json();
        assertThat(schemas.at("/Resources").findValuesAsText("id")).contains(USER, GROUP);
        JsonNode user = scim("GET", "/Schemas/" + USER, null).json();
        assertThat(user.at("/attributes").findValuesAsText("name")).contains("userName", "emails", "roles", "active");
        refused(scim("GET", "/Schemas/urn:nothing", null), 404, null);

        // What a user is answered with is in the schema.
        List<String> named = new ArrayList<>();
        user.at("/attributes")
                .forEach(attribute -> named.add(attribute.at("/name").asText()));
        named.addAll(List.of("schemas", "id", "meta"));
        made(user("everything@acme.example").put("externalId", "e-1"))
                .fieldNames()
                .forEachRemaining(name -> assertThat(named).contains(name));
    }

    @Test
    void whatIsNotSupportedSaysSo() {
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
            refused(scim(method, "/Me", method.matches("P.*") ? "{}" : null), 501, null);
        }
        refused(scim("POST", "/Bulk", "{}"), 501, null);
        refused(scim("GET", "/Devices", null), 404, null);
        refused(scim("DELETE", "/Users", null), 405, null);
        refused(scim("GET", "/Users", null, "Accept", "image/png"), 406, null);
        refused(scim("POST", "/Users", "{}", "Content-Type", "text/plain"), 415, null);
    }

    @Test
    void errorsBeforeTheResourceAreScimsToo() {
        Reply none = api.send("GET", "/scim/v2/Users", (String) null, "Authorization", "");
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(none.header("Content-Type")).startsWith("application/scim+json");
        refused(scim("GET", "/Users", null, "Authorization", "Bearer idk_wrong"), 401, null);
        refused(scim("GET", "/Users", null, "Authorization", "Bearer " + token(Role.SUPERVISOR)), 403, null);
        refused(scim("POST", "/Users", "{"), 400, "invalidSyntax");
        refused(scim("POST", "/Users", "[]"), 400, "invalidSyntax");
        refused(scim("POST", "/Users", "{\"userName\":\"a@b.example\"}"), 400, "invalidSyntax");
        refused(scim("POST", "/Users", user(" ").toString()), 400, "invalidValue");
        refused(scim("POST", "/Users", user("x".repeat(9 * 1024 * 1024)).toString()), 413, null);
        // Elsewhere a problem is what it was.
        assertThat(api.get("/scimitar").header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void tooManyRequestsAreToldWhenToComeAgain() {
        Reply limited = api.post(
                "/api-tokens",
                "{\"name\":\"slow\",\"role\":\"admin\",\"requestsPerMinute\":1}",
                "Authorization",
                "Bearer " + token);
        token = limited.json().at("/secret").asText();
        assertThat(scim("GET", "/Users", null).status()).isEqualTo(200);
        Reply refused = scim("GET", "/Users", null);
        refused(refused, 429, null);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
    }

    @Test
    void aPostIsDoneOnceForItsKey() {
        String body = user("once@acme.example").toString();
        Reply first = scim("POST", "/Users", body, "Idempotency-Key", "k-1");
        Reply second = scim("POST", "/Users", body, "Idempotency-Key", "k-1");
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void filtersFind() {
        ObjectNode ada = user("ada").put("externalId", "X-9").put("displayName", "Ada Lovelace");
        ada.putArray("emails").addObject().put("value", "ada@acme.example");
        JsonNode made = made(ada);
        made(user("bob@acme.example").put("active", false));
        system.agents().create(NewAgent.of("Carl", "carl@acme.example", Role.AGENT));

        assertThat(found("Users", "userName eq \"ADA\"")).containsExactly("ada");
        assertThat(found("Users", "userName eq \"carl@acme.example\"")).containsExactly("carl@acme.example");
        assertThat(found("Users", "externalId eq \"X-9\"")).containsExactly("ada");
        assertThat(found("Users", "externalId eq \"x-9\""))
                .as("its case matters")
                .isEmpty();
        assertThat(found("Users", "externalId pr")).containsExactly("ada");
        assertThat(found("Users", "not (externalId eq \"X-9\")"))
                .containsExactly("bob@acme.example", "carl@acme.example");
        assertThat(found("Users", "externalId ne \"X-9\"")).containsExactly("bob@acme.example", "carl@acme.example");
        assertThat(found("Users", "id eq \"" + id(made) + "\"")).containsExactly("ada");
        assertThat(found("Users", "id ne \"" + id(made) + "\"")).hasSize(2);
        assertThat(found("Users", "id eq \"nonsense\"")).isEmpty();
        assertThat(found("Users", "emails.value eq \"ADA@acme.example\"")).containsExactly("ada");
        assertThat(found("Users", "emails[type eq \"work\" and value co \"ada\"]"))
                .containsExactly("ada");
        assertThat(found("Users", "emails[type eq \"home\"]")).isEmpty();
        assertThat(found("Users", "active eq false")).containsExactly("bob@acme.example");
        assertThat(found("Users", "displayName sw \"ada l\" and active eq true"))
                .containsExactly("ada");
        assertThat(found("Users", "displayName ew \"lace\" or userName sw \"carl\""))
                .hasSize(2);
        assertThat(found("Users", "userName co \"%\"")).isEmpty();
        assertThat(found("Users", "userName gt \"bob\"")).containsExactly("bob@acme.example", "carl@acme.example");
        assertThat(found("Users", "userName le \"ada\"")).containsExactly("ada");
        assertThat(found("Users", "name.givenName eq null")).hasSize(3);
        assertThat(found("Users", "meta.lastModified gt \"2011-05-13T04:42:34Z\""))
                .hasSize(3);
        assertThat(found("Users", "meta.created lt \"2011-05-13T04:42:34Z\"")).isEmpty();
        assertThat(found("Users", "userName eq \"x' or '1'='1\"")).isEmpty();
        assertThat(found("Users", "userName eq \":tenant {schema} ?\"")).isEmpty();

        JsonNode group = madeGroup("Support", id(made));
        madeGroup("Empty");
        assertThat(found("Groups", "displayName eq \"support\"")).containsExactly("Support");
        assertThat(found("Groups", "members.value eq \"" + id(made) + "\"")).containsExactly("Support");
        assertThat(found("Groups", "members pr")).containsExactly("Support");
        assertThat(found("Groups", "not (members[value eq \"" + id(made) + "\"])"))
                .containsExactly("Empty");
        assertThat(found("Groups", "id eq \"" + id(group) + "\" and members.value eq \"" + UUID.randomUUID() + "\""))
                .isEmpty();
        for (String bad : List.of("title eq \"x\"", "userName eq", "members.value gt \"a\"", "displayName eq 7")) {
            refused(scim("GET", "/Groups?filter=" + encoded(bad), null), 400, "invalidFilter");
        }
        refused(
                scim("GET", "/Users?filter=" + encoded("active pr and ".repeat(101) + "active pr"), null),
                400,
                "invalidFilter");
        refused(scim("GET", "/Users?filter=" + encoded("userName eq \"\\u0000\""), null), 400, "invalidFilter");
    }

    @Test
    void pagesAreCountedFromOne() {
        for (int i = 0; i < 5; i++) {
            made(user("u" + i + "@acme.example"));
        }
        JsonNode page = scim("GET", "/Users?startIndex=2&count=2", null).json();
        assertThat(page.at("/totalResults").asInt()).isEqualTo(5);
        assertThat(page.at("/startIndex").asInt()).isEqualTo(2);
        assertThat(page.at("/itemsPerPage").asInt()).isEqualTo(2);
        assertThat(page.at("/Resources").findValuesAsText("userName"))
                .containsExactly("u1@acme.example", "u2@acme.example");
        assertThat(scim("GET", "/Users?count=0", null).json().at("/Resources")).isEmpty();
        assertThat(scim("GET", "/Users?startIndex=-7&count=-1", null)
                        .json()
                        .at("/startIndex")
                        .asInt())
                .isEqualTo(1);
        assertThat(scim("GET", "/Users?startIndex=99", null).json().at("/Resources"))
                .isEmpty();
        assertThat(scim("GET", "/Users?count=100000", null).json().at("/Resources"))
                .hasSize(5);
        refused(scim("GET", "/Users?count=many", null), 400, "invalidValue");
    }

    @Test
    void attributesAreChosen() {
        String id = id(made(user("ada@acme.example").put("externalId", "1").put("displayName", "Ada")));
        assertThat(names(scim("GET", "/Users/" + id + "?attributes=userName,EMAILS.value", null)
                        .json()))
                .containsExactlyInAnyOrder("schemas", "id", "userName", "emails");
        assertThat(names(scim("GET", "/Users/" + id + "?attributes=emails.value", null)
                        .json()
                        .at("/emails/0")))
                .containsExactly("value");
        assertThat(names(scim("GET", "/Users/" + id + "?excludedAttributes=id,meta,name.formatted,roles", null)
                        .json()))
                .contains("id", "name", "userName")
                .doesNotContain("meta", "roles");
        String group = id(madeGroup("Support", id));
        assertThat(names(scim("GET", "/Groups/" + group + "?excludedAttributes=members", null)
                        .json()))
                .contains("displayName")
                .doesNotContain("members");
        assertThat(scim("GET", "/Groups?excludedAttributes=members", null)
                        .json()
                        .findValues("members"))
                .isEmpty();
        assertThat(scim("GET", "/Groups", null).json().findValues("members")).hasSize(1);
    }

    @Test
    void operationsOfAPatchAreAllDoneOrNone() {
        String id = id(made(user("ada@acme.example").put("displayName", "Ada")));
        refused(
                patchUser(
                        id,
                        "{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"Changed\"},"
                                + "{\"op\":\"replace\",\"path\":\"nonsense\",\"value\":1}"),
                400,
                "invalidPath");
        assertThat(scim("GET", "/Users/" + id, null).json().at("/displayName").asText())
                .isEqualTo("Ada");
        refused(patchUser(id, "{\"op\":\"replace\",\"path\":\"id\",\"value\":\"x\"}"), 400, "mutability");
        refused(patchUser(id, "{\"op\":\"replace\",\"path\":\"groups\",\"value\":[]}"), 400, "mutability");
        refused(patchUser(id, "{\"op\":\"remove\"}"), 400, "noTarget");
        refused(patchUser(id, "{\"op\":\"move\",\"path\":\"displayName\"}"), 400, "invalidSyntax");
        refused(patchUser(id, "{\"op\":\"remove\",\"path\":\"userName\"}"), 400, "invalidValue");
        refused(patchUser(id, "{\"op\":\"remove\",\"path\":\"emails\"}"), 400, "invalidValue");
        refused(patchUser(id, "{\"op\":\"replace\",\"path\":\"active\",\"value\":\"perhaps\"}"), 400, "invalidValue");
        refused(
                patchUser(id, "{\"op\":\"replace\",\"path\":\"roles\",\"value\":[{\"value\":\"nobody\"}]}"),
                400,
                "invalidValue");
        refused(
                patchUser(
                        id,
                        "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"].value\",\"value\":\"x@y.example\"}"),
                400,
                "noTarget");
        refused(patchUser(id, "{\"op\":\"replace\",\"path\":\"emails[type eq\",\"value\":\"x\"}"), 400, "invalidPath");
        refused(scim("PATCH", "/Users/" + id, patch("")), 400, "invalidSyntax");
        assertThat(agent(scim("GET", "/Users/" + id, null).json()).version()).isEqualTo(1);
        String group = id(madeGroup("Support", id));
        refused(
                patchGroup(
                        group,
                        "{\"op\":\"remove\",\"path\":\"members\"},{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\""
                                + UUID.randomUUID() + "\"}]}"),
                400,
                "invalidValue");
        assertThat(scim("GET", "/Groups/" + group, null).json().at("/members")).hasSize(1);
    }
}
