package io.insightdesk.jaxrs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.GroupAttributes;
import io.insightdesk.identity.Role;
import io.insightdesk.identity.UserAttributes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a PATCH makes of a user or a group. */
class ScimPatchTest {
    private static final AgentId ANN = AgentId.of("0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5b");
    private static final AgentId BOB = AgentId.of("0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5c");

    private static ScimPatch patch(String... operations) {
        String body =
                "{\"schemas\":[\"" + ScimPatch.SCHEMA + "\"],\"operations\":[" + String.join(",", operations) + "]}";
        return ScimPatch.of(JsonCodec.parse(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static UserAttributes grace(@Nullable String given, @Nullable String family, String name) {
        return new UserAttributes("grace", "1", name, given, family, "grace@acme.example", Role.VIEWER, true);
    }

    private static UserAttributes changed(UserAttributes before, String... operations) {
        return ScimUsers.patched(patch(operations), before);
    }

    private static void refused(Runnable act, String scimType) {
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(
                        ScimException.class,
                        refused -> assertThat(refused.error().scimType()).isEqualTo(scimType));
    }

    @Test
    void aNameThatIsMadeOfItsPartsFollowsThem() {
        String renamed = "{\"op\":\"replace\",\"path\":\"name.familyName\",\"value\":\"Murray\"}";
        assertThat(changed(grace("Grace", "Hopper", "Grace Hopper"), renamed).name())
                .isEqualTo("Grace Murray");
        assertThat(changed(grace("Grace", "Hopper", "Admiral"), renamed).name()).isEqualTo("Admiral");
        assertThat(changed(grace(null, null, "grace"), renamed).name()).isEqualTo("Murray");
        assertThat(changed(
                                grace("Grace", "Hopper", "Admiral"),
                                "{\"op\":\"remove\",\"path\":\"displayName\"}",
                                "{\"op\":\"remove\",\"path\":\"name.givenName\"}")
                        .name())
                .isEqualTo("Hopper");
        assertThat(changed(grace("Grace", "Hopper", "Grace Hopper"), "{\"op\":\"remove\",\"path\":\"name\"}")
                        .name())
                .isEqualTo("grace");
        assertThat(changed(
                                grace(null, null, "x"),
                                "{\"op\":\"add\",\"path\":\"name\",\"value\":{\"formatted\":\"G. H.\",\"givenName\":\"G\"}}")
                        .name())
                .isEqualTo("G. H.");
    }

    @Test
    void ofSeveralAddressesThePrimaryOneIsTakenElseThatOfWorkElseTheFirst() {
        UserAttributes grace = grace(null, null, "x");
        String home = "{\"value\":\"home@acme.example\",\"type\":\"home\"}";
        String work = "{\"value\":\"work@acme.example\",\"type\":\"work\"}";
        String main = "{\"value\":\"main@acme.example\",\"type\":\"other\",\"primary\":true}";
        String op = "{\"op\":\"replace\",\"path\":\"emails\",\"value\":[%s]}";
        assertThat(changed(grace, op.formatted(home + "," + work + "," + main)).email())
                .isEqualTo("main@acme.example");
        assertThat(changed(grace, op.formatted(home + "," + work)).email()).isEqualTo("work@acme.example");
        assertThat(changed(grace, op.formatted(home)).email()).isEqualTo("home@acme.example");
        refused(() -> changed(grace, op.formatted("{\"type\":\"work\"}")), "invalidValue");
        refused(() -> changed(grace, op.formatted("")), "invalidValue");
        assertThat(changed(
                                grace,
                                "{\"op\":\"add\",\"path\":\"emails[type eq \\\"home\\\"].value\",\"value\":\"h@acme.example\"}")
                        .email())
                .as("there is only one of work")
                .isEqualTo("grace@acme.example");
    }

    @Test
    void ofSeveralRolesOneIsThePrimaryOne() {
        UserAttributes grace = grace(null, null, "x");
        String op = "{\"op\":\"replace\",\"path\":\"roles\",\"value\":%s}";
        assertThat(changed(grace, op.formatted("[\"agent\"]")).role()).isEqualTo(Role.AGENT);
        assertThat(changed(grace, op.formatted("\"agent\"")).role()).isEqualTo(Role.AGENT);
        assertThat(changed(grace, op.formatted("[{\"value\":\"agent\"},{\"value\":\"admin\",\"primary\":\"True\"}]"))
                        .role())
                .isEqualTo(Role.ADMIN);
        refused(() -> changed(grace, op.formatted("[\"agent\",\"admin\"]")), "invalidValue");
        refused(() -> changed(grace, op.formatted("[]")), "invalidValue");
        refused(() -> changed(grace, "{\"op\":\"remove\",\"path\":\"roles\"}"), "invalidValue");
        assertThat(changed(grace, "{\"op\":\"remove\",\"path\":\"roles[value eq \\\"admin\\\"]\"}")
                        .role())
                .as("not the one there is")
                .isEqualTo(Role.VIEWER);
    }

    @Test
    void membersComeAndGo() {
        GroupAttributes both = new GroupAttributes("g", null, Set.of(ANN, BOB));
        assertThat(group(both, "{\"op\":\"remove\",\"path\":\"members[value eq \\\"" + ANN + "\\\"]\"}"))
                .containsExactly(BOB);
        assertThat(group(both, "{\"op\":\"remove\",\"path\":\"members[value ew \\\"5b\\\" or value eq \\\"x\\\"]\"}"))
                .containsExactly(BOB);
        assertThat(group(both, "{\"op\":\"remove\",\"path\":\"members[value eq \\\"nobody\\\"]\"}"))
                .hasSize(2);
        assertThat(group(both, "{\"op\":\"remove\",\"path\":\"members\",\"value\":[{\"value\":\"" + BOB + "\"}]}"))
                .containsExactly(ANN);
        assertThat(group(both, "{\"op\":\"remove\",\"path\":\"members\"}")).isEmpty();
        assertThat(group(
                        both,
                        "{\"op\":\"replace\",\"path\":\"members\",\"value\":[]}",
                        "{\"op\":\"add\",\"value\":{\"members\":[{\"value\":\"" + ANN + "\"}]}}"))
                .containsExactly(ANN);
        refused(
                () -> group(both, "{\"op\":\"add\",\"path\":\"members[value eq \\\"x\\\"]\",\"value\":[]}"),
                "invalidPath");
        refused(() -> group(both, "{\"op\":\"add\",\"path\":\"members.display\",\"value\":\"x\"}"), "invalidPath");
        refused(
                () -> group(
                        both,
                        "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"" + ANN
                                + "\",\"type\":\"Group\"}]}"),
                "invalidValue");
        refused(() -> group(both, "{\"op\":\"remove\",\"path\":\"displayName\"}"), "invalidValue");
    }

    private static Set<AgentId> group(GroupAttributes before, String... operations) {
        return ScimGroups.patched(patch(operations), before).members();
    }

    /** Threat: a small request that keeps the server busy while others wait for the team. */
    @Test
    void whatAPatchMayDoIsLimited() {
        Set<AgentId> many = new LinkedHashSet<>();
        for (int i = 0; i < 5_000; i++) {
            many.add(new AgentId(new UUID(7L << 12, i)));
        }
        GroupAttributes large = new GroupAttributes("g", null, many);
        List<String> operations = new ArrayList<>();
        for (int i = 0; i < ScimGroups.MAX_LOOKS / 5_000 + 1; i++) {
            operations.add("{\"op\":\"remove\",\"path\":\"members[value co \\\"x\\\"]\"}");
        }
        refused(() -> group(large, operations.toArray(String[]::new)), "tooMany");
        operations.remove(0);
        assertThat(group(large, operations.toArray(String[]::new))).hasSize(5_000);
        String[] tooMany = new String[1001];
        java.util.Arrays.fill(tooMany, "{\"op\":\"remove\",\"path\":\"members\"}");
        refused(() -> patch(tooMany), "tooMany");
    }
}
