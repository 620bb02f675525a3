package io.insightdesk.jaxrs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.insightdesk.identity.AgentId;
import io.insightdesk.identity.DirectoryFilter;
import io.insightdesk.identity.DirectoryFilter.Attribute;
import io.insightdesk.identity.DirectoryFilter.Comparison;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Filters and paths of RFC 7644. */
class ScimParserTest {
    private static final DirectoryFilter TRUE = DirectoryFilter.EVERYTHING;
    private static final DirectoryFilter FALSE = new DirectoryFilter.Any(List.of());

    private static DirectoryFilter user(String filter) {
        return ScimFilters.users().read(filter);
    }

    private static DirectoryFilter text(Attribute attribute, Comparison comparison, String value) {
        return new DirectoryFilter.Text(attribute, comparison, value);
    }

    @Test
    void everyOperatorIsReadInAnyCase() {
        assertThat(user("userName eq \"bjensen\"")).isEqualTo(text(Attribute.USER_NAME, Comparison.EQUAL, "bjensen"));
        assertThat(user("USERNAME Eq \"b\"")).isEqualTo(text(Attribute.USER_NAME, Comparison.EQUAL, "b"));
        assertThat(user("userName ne \"b\"")).isEqualTo(text(Attribute.USER_NAME, Comparison.NOT_EQUAL, "b"));
        assertThat(user("name.familyName co \"O'Malley\""))
                .isEqualTo(text(Attribute.FAMILY_NAME, Comparison.CONTAINS, "O'Malley"));
        assertThat(user("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\""))
                .isEqualTo(text(Attribute.USER_NAME, Comparison.STARTS_WITH, "J"));
        assertThat(user("emails.value ew \".example\""))
                .isEqualTo(text(Attribute.EMAIL, Comparison.ENDS_WITH, ".example"));
        assertThat(user("externalId pr")).isEqualTo(new DirectoryFilter.Present(Attribute.EXTERNAL_ID));
        assertThat(user("externalId eq null"))
                .isEqualTo(new DirectoryFilter.Not(new DirectoryFilter.Present(Attribute.EXTERNAL_ID)));
        assertThat(user("active eq true")).isEqualTo(new DirectoryFilter.Active(true));
        assertThat(user("active ne \"True\"")).isEqualTo(new DirectoryFilter.Active(false));
        Instant time = Instant.parse("2011-05-13T04:42:34Z");
        assertThat(List.of(
                        user("meta.lastModified gt \"2011-05-13T04:42:34Z\""),
                        user("meta.lastModified ge \"2011-05-13T04:42:34Z\""),
                        user("meta.created lt \"2011-05-13T06:42:34+02:00\""),
                        user("meta.created le \"2011-05-13T04:42:34Z\"")))
                .containsExactly(
                        new DirectoryFilter.Time(Attribute.LAST_MODIFIED, Comparison.GREATER, time),
                        new DirectoryFilter.Time(Attribute.LAST_MODIFIED, Comparison.GREATER_OR_EQUAL, time),
                        new DirectoryFilter.Time(Attribute.CREATED, Comparison.LESS, time),
                        new DirectoryFilter.Time(Attribute.CREATED, Comparison.LESS_OR_EQUAL, time));
    }

    @Test
    void andBindsCloserThanOrAndNotAndParenthesesGroup() {
        DirectoryFilter a = text(Attribute.USER_NAME, Comparison.EQUAL, "a");
        DirectoryFilter b = text(Attribute.USER_NAME, Comparison.EQUAL, "b");
        DirectoryFilter on = new DirectoryFilter.Active(true);
        String an = "userName eq \"a\"";
        String bn = "userName eq \"b\"";
        assertThat(user(an + " or " + bn + " and active eq true"))
                .isEqualTo(new DirectoryFilter.Any(List.of(a, new DirectoryFilter.All(List.of(b, on)))));
        assertThat(user("(" + an + " or " + bn + ") and active eq true"))
                .isEqualTo(new DirectoryFilter.All(List.of(new DirectoryFilter.Any(List.of(a, b)), on)));
        assertThat(user("not (" + an + ")")).isEqualTo(new DirectoryFilter.Not(a));
        assertThat(user("NOT(" + an + ") AND " + bn))
                .isEqualTo(new DirectoryFilter.All(List.of(new DirectoryFilter.Not(a), b)));
    }

    @Test
    void aFilterInBracketsIsAboutTheValuesOfItsAttribute() {
        DirectoryFilter address = text(Attribute.EMAIL, Comparison.EQUAL, "a@b.example");
        assertThat(user("emails[type eq \"work\" and value eq \"a@b.example\"]"))
                .isEqualTo(new DirectoryFilter.All(List.of(TRUE, address)));
        assertThat(user("emails[type eq \"work\"].value eq \"a@b.example\""))
                .isEqualTo(new DirectoryFilter.All(List.of(TRUE, address)));
        assertThat(user("emails[type eq \"home\"]")).isEqualTo(FALSE);
        assertThat(user("emails[primary eq true]")).isEqualTo(TRUE);
        String id = "0190d7a2-5e3f-7c1a-9b7d-3f2a1c0e4d5b";
        assertThat(ScimFilters.groups().read("members[value eq \"" + id + "\"]"))
                .isEqualTo(new DirectoryFilter.Member(AgentId.of(id)));
        assertThat(ScimFilters.groups().read("members.value eq \"nobody\"")).isEqualTo(FALSE);
    }

    @Test
    void textsAreJson() {
        assertThat(user("displayName eq \"a \\\"b\\\" \\u00e9 \\\\ ] ) and\""))
                .isEqualTo(text(Attribute.NAME, Comparison.EQUAL, "a \"b\" é \\ ] ) and"));
    }

    @Test
    void whatCannotBeFilteredByIsRefusedWithWhatCan() {
        assertThatThrownBy(() -> user("title eq \"x\"")).isInstanceOfSatisfying(ScimException.class, refused -> {
            assertThat(refused.error().scimType()).isEqualTo("invalidFilter");
            assertThat(refused.error().detail())
                    .contains("'title'", "active", "displayName", "emails.value", "externalId", "userName");
        });
        for (String bad : List.of(
                "",
                " ",
                "userName",
                "userName eq",
                "userName eq ",
                "userName is \"a\"",
                "userName eq a",
                "userName eq \"a",
                "userName eq \"a\\u0000\"",
                "userName eq \"\\ud800\"",
                "userName eq \"a\" and",
                "userName eq \"a\" userName eq \"b\"",
                "(userName eq \"a\"",
                "userName eq \"a\")",
                "emails[type eq \"work\"",
                "emails[emails[type eq \"a\"]]",
                "userName eq 5",
                "userName gt null",
                "active gt true",
                "active eq \"yes\"",
                "meta.lastModified co \"2011\"",
                "meta.lastModified gt \"yesterday\"",
                "meta.lastModified gt \"-999999999-01-01T00:00:00Z\"",
                "urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq \"a\"",
                "members eq \"a\"",
                "1 eq 1",
                "not userName eq \"a\"",
                "userName eq \"a\";drop table agent")) {
            assertThatThrownBy(() -> user(bad))
                    .as(bad)
                    .isInstanceOfSatisfying(
                            ScimException.class,
                            refused -> assertThat(refused.error().scimType()).isEqualTo("invalidFilter"));
        }
    }

    @Test
    void depthLengthAndNumberAreLimited() {
        String one = "active eq true";
        for (String bad : List.of(
                "(".repeat(ScimParser.MAX_DEPTH + 1) + one + ")".repeat(ScimParser.MAX_DEPTH + 1),
                "not(".repeat(ScimParser.MAX_DEPTH + 1) + one + ")".repeat(ScimParser.MAX_DEPTH + 1),
                "userName eq \"" + "x".repeat(ScimParser.MAX_LENGTH) + "\"",
                (one + " or ").repeat(ScimParser.MAX_COMPARISONS) + one)) {
            assertThatThrownBy(() -> user(bad)).isInstanceOf(ScimException.class);
        }
        assertThat(user("(".repeat(ScimParser.MAX_DEPTH) + one + ")".repeat(ScimParser.MAX_DEPTH)))
                .isEqualTo(new DirectoryFilter.Active(true));
        assertThat(user((one + " or ").repeat(ScimParser.MAX_COMPARISONS - 1) + one))
                .isInstanceOf(DirectoryFilter.Any.class);
    }

    @Test
    void pathsNameAttributesPartsAndValues() {
        assertThat(ScimParser.path("userName").name()).isEqualTo("username");
        assertThat(ScimParser.path("name.givenName").name()).isEqualTo("name.givenname");
        ScimPath work = ScimParser.path("emails[type eq \"work\"].value");
        assertThat(work.name()).isEqualTo("emails.value");
        assertThat(work.filter()).isNotNull();
        ScimPath manager = ScimParser.path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager");
        assertThat(manager.attribute().schema())
                .isEqualTo("urn:ietf:params:scim:schemas:extension:enterprise:2.0:user");
        assertThat(manager.name()).isEqualTo("manager");
        for (String bad : List.of("emails[", "emails[]", "emails[type eq \"work\"]x", "a b", ".a", "a.", "a.b.c", "")) {
            assertThatThrownBy(() -> ScimParser.path(bad))
                    .as(bad)
                    .isInstanceOfSatisfying(
                            ScimException.class,
                            refused -> assertThat(refused.error().scimType()).isEqualTo("invalidPath"));
        }
    }

    @Test
    void aFilterOfValuesComparesWithWhatIsThere() {
        ScimPath path =
                ScimParser.path("emails[type eq \"WORK\" and not (primary eq \"False\") and value ew \"b.example\"]");
        assertThat(ScimFilter.fits(java.util.Objects.requireNonNull(path.filter()), part -> switch (part) {
                    case "type" -> TextNode.valueOf("work");
                    case "primary" -> BooleanNode.TRUE;
                    case "value" -> TextNode.valueOf("a@b.example");
                    default -> null;
                }))
                .isTrue();
    }

    /** Threat: a filter that the parser did not expect ends as an error of the server, or in SQL. */
    @Test
    void anyTextIsAFilterOrRefusedAsOne() {
        List<String> pieces = List.of(
                "userName",
                "emails",
                "active",
                "meta.lastModified",
                "members.value",
                " eq ",
                " ne ",
                " co ",
                " pr",
                " gt ",
                " and ",
                " or ",
                "not ",
                "(",
                ")",
                "[",
                "]",
                ".",
                "\"",
                "\\",
                "\\u12",
                "\"a\"",
                "true",
                "null",
                "1e9",
                "-",
                " ",
                "urn:ietf:params:scim:schemas:core:2.0:User:",
                "urn:",
                ":",
                "'",
                ";",
                "--",
                "é",
                "\u0000",
                "\ud800",
                "2011");
        List<String> good = List.of(
                "userName eq \"a\"",
                "emails[type eq \"work\" and value co \"b\"]",
                "not (active eq true)",
                "(externalId pr)",
                "meta.created gt \"2011-05-13T04:42:34Z\"");
        Random random = new Random(20260101);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(4); n >= 0; n--) {
                text.append(good.get(random.nextInt(good.size())));
                text.append(n > 0 ? random.nextBoolean() ? " and " : " or " : "");
            }
            for (int n = random.nextInt(5); n > 0; n--) {
                String piece = pieces.get(random.nextInt(pieces.size()));
                text.insert(random.nextInt(text.length() + 1), piece);
            }
            try {
                assertThat(user(text.toString())).isNotNull();
                read++;
            } catch (ScimException e) {
                assertThat(e.error().scimType()).as(text.toString()).isEqualTo("invalidFilter");
                refused++;
            }
            try {
                assertThat(ScimParser.path(text.toString())).isNotNull();
            } catch (ScimException e) {
                assertThat(e.error().scimType()).as(text.toString()).isEqualTo("invalidPath");
            }
        }
        assertThat(read).isGreaterThan(40_000);
        assertThat(refused).isGreaterThan(40_000);
    }
}
