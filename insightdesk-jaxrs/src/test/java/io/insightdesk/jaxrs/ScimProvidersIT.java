package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.insightdesk.devenv.junit.DevEnvironmentTest;
import io.insightdesk.jaxrs.ApiFixture.Reply;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The requests of SCIM that Okta and Microsoft Entra ID are documented to send. */
@DevEnvironmentTest
class ScimProvidersIT extends ScimCalls {
    /** As in "SCIM 2.0 protocol reference" of Okta's developer documentation. */
    @Test
    void oktaProvisionsAUserAndAGroup() {
        assertThat(scim("GET", "/Users?startIndex=1&count=2", null)
                        .json()
                        .at("/totalResults")
                        .asInt())
                .isZero();
        assertThat(scim(
                                "GET",
                                "/Users?filter=" + encoded("userName eq \"test.user@okta.local\"")
                                        + "&startIndex=1&count=100",
                                null)
                        .json()
                        .at("/Resources"))
                .isEmpty();
        Reply made = scim("POST", "/Users", """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "test.user@okta.example",
                 "name": {"givenName": "Test", "familyName": "User"},
                 "emails": [{"primary": true, "value": "test.user@okta.example", "type": "work"}],
                 "displayName": "Test User", "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7", "groups": [],
                 "password": "1mz050nq", "active": true}
                """);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.text()).doesNotContain("1mz050nq");
        String id = id(made.json());

        // An update is the whole user as it was read, with changes.
        ObjectNode whole = scim("GET", "/Users/" + id, null).json().deepCopy();
        whole.withObject("/name").put("familyName", "Renamed");
        whole.put("displayName", "Test Renamed");
        Reply put = scim("PUT", "/Users/" + id, whole.toString());
        assertThat(put.status()).as(put.text()).isEqualTo(200);
        assertThat(put.json().at("/name/familyName").asText()).isEqualTo("Renamed");

        Reply off = patchUser(id, "{\"op\": \"replace\", \"value\": {\"active\": false}}");
        assertThat(off.status()).as(off.text()).isEqualTo(200);
        assertThat(off.json().at("/active").asBoolean(true)).isFalse();
        Reply on = patchUser(id, "{\"op\": \"replace\", \"value\": {\"active\": true}}");
        assertThat(on.json().at("/active").asBoolean()).isTrue();

        Reply group = scim("POST", "/Groups", """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Test SCIMv2", "members": []}
                """);
        assertThat(group.status()).as(group.text()).isEqualTo(201);
        String team = id(group.json());
        assertThat(patchGroup(
                                team,
                                "{\"op\": \"replace\", \"value\": {\"id\": \"" + team
                                        + "\", \"displayName\": \"Test SCIMv2 renamed\"}}")
                        .status())
                .isEqualTo(204);
        assertThat(patchGroup(
                                team,
                                "{\"op\": \"remove\", \"path\": \"members[value eq \\\"" + UUID.randomUUID()
                                        + "\\\"]\"},"
                                        + "{\"op\": \"add\", \"path\": \"members\", \"value\": [{\"value\": \"" + id
                                        + "\", \"display\": \"test.user@okta.example\"}]}")
                        .status())
                .isEqualTo(204);
        JsonNode read = scim("GET", "/Groups/" + team, null).json();
        assertThat(read.at("/displayName").asText()).isEqualTo("Test SCIMv2 renamed");
        assertThat(read.at("/members").findValuesAsText("value")).containsExactly(id);
        assertThat(scim("GET", "/Users/" + id, null)
                        .json()
                        .at("/groups/0/display")
                        .asText())
                .isEqualTo("Test SCIMv2 renamed");
        assertThat(patchGroup(team, "{\"op\": \"replace\", \"path\": \"members\", \"value\": []}")
                        .status())
                .isEqualTo(204);
        assertThat(scim("DELETE", "/Groups/" + team, null).status()).isEqualTo(204);
        refused(scim("GET", "/Groups/" + team, null), 404, null);
    }

    /** As in "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID". */
    @Test
    void entraProvisionsAUserAndAGroup() {
        Reply test = scim("GET", "/Users?filter=" + encoded("userName eq \"" + UUID.randomUUID() + "\""), null);
        assertThat(test.status()).isEqualTo(200);
        assertThat(test.json().at("/totalResults").asInt(-1)).isZero();
        Reply made = scim("POST", "/Users", """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
                             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                 "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "userName": "Test_User_ab6490ee@testuser.example", "active": true,
                 "addresses": null,
                 "emails": [{"primary": true, "type": "work", "value": "Test_User_fd0ea19b@testuser.example"}],
                 "meta": {"resourceType": "User"},
                 "name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
                 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Desk"}, "roles": []}
                """);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String id = id(made.json());
        assertThat(made.json().at("/displayName").asText()).isEqualTo("givenName familyName");
        assertThat(found("Users", "externalId eq \"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef\""))
                .hasSize(1);

        Reply several = patchUser(id, """
                {"op": "Replace", "path": "emails[type eq \\"work\\"].value", "value": "updatedEmail@microsoft.example"},
                {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
                {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "x"},
                {"op": "Add", "path": "phoneNumbers[type eq \\"work\\"].value", "value": "555"},
                {"op": "Add", "path": "title", "value": "Boss"}
                """);
        assertThat(several.status()).as(several.text()).isEqualTo(200);
        assertThat(several.json().at("/emails/0/value").asText()).isEqualTo("updatedemail@microsoft.example");
        assertThat(several.json().at("/displayName").asText())
                .as("it was made of its parts, and follows them")
                .isEqualTo("givenName updatedFamilyName");

        assertThat(patchUser(
                                id,
                                "{\"op\": \"Replace\", \"path\": \"userName\", \"value\": \"5b50642d@testuser.example\"}")
                        .json()
                        .at("/userName")
                        .asText())
                .isEqualTo("5b50642d@testuser.example");
        Reply withoutPath = patchUser(
                id,
                "{\"op\": \"Add\", \"value\": {\"displayName\": \"New Name\", \"name.givenName\": \"Given\", \""
                        + ENTERPRISE + ":department\": \"Sales\", \"" + ENTERPRISE + "\": {\"division\": \"x\"}}}");
        assertThat(withoutPath.status()).as(withoutPath.text()).isEqualTo(200);
        assertThat(withoutPath.json().at("/displayName").asText()).isEqualTo("New Name");
        assertThat(withoutPath.json().at("/name/givenName").asText()).isEqualTo("Given");
        assertThat(patchUser(
                                id,
                                "{\"op\": \"Add\", \"path\": \"roles[primary eq \\\"True\\\"].value\", \"value\": \"viewer\"}")
                        .json()
                        .at("/roles/0/value")
                        .asText())
                .isEqualTo("viewer");
        Reply off = patchUser(id, "{\"op\": \"Replace\", \"path\": \"active\", \"value\": \"False\"}");
        assertThat(off.status()).as(off.text()).isEqualTo(200);
        assertThat(off.json().at("/active").asBoolean(true)).isFalse();
        assertThat(patchUser(id, "{\"op\": \"Replace\", \"path\": \"active\", \"value\": \"True\"}")
                        .json()
                        .at("/active")
                        .asBoolean())
                .isTrue();

        Reply group = scim("POST", "/Groups", """
                {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                 "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "displayName": "displayName",
                 "meta": {"resourceType": "Group"}}
                """);
        assertThat(group.status()).as(group.text()).isEqualTo(201);
        String team = id(group.json());
        assertThat(scim(
                                "GET",
                                "/Groups?excludedAttributes=members&filter="
                                        + encoded("displayName eq \"displayName\""),
                                null)
                        .json()
                        .at("/totalResults")
                        .asInt())
                .isEqualTo(1);
        assertThat(patchGroup(team, "{\"op\": \"Replace\", \"path\": \"displayName\", \"value\": \"renamed\"}")
                        .status())
                .isEqualTo(204);
        assertThat(patchGroup(
                                team,
                                "{\"op\": \"Add\", \"path\": \"members\", \"value\": [{\"$ref\": null, \"value\": \""
                                        + id + "\"}]}")
                        .status())
                .isEqualTo(204);
        assertThat(found("Groups", "id eq \"" + team + "\" and members eq \"" + id + "\""))
                .containsExactly("renamed");
        assertThat(patchGroup(
                                team,
                                "{\"op\": \"Remove\", \"path\": \"members\", \"value\": [{\"$ref\": null, \"value\": \""
                                        + id + "\"}]}")
                        .status())
                .isEqualTo(204);
        assertThat(scim("GET", "/Groups/" + team, null).json().at("/members")).isEmpty();
        assertThat(scim("DELETE", "/Users/" + id, null).status()).isEqualTo(204);
        assertThat(scim("DELETE", "/Groups/" + team, null).status()).isEqualTo(204);
    }
}
