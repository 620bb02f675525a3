package io.insightdesk.jaxrs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The catalogue of problems holds every code that the sources give, no other, and is the manual's page. */
class ProblemCodesTest {
    private static final Path PAGE = Path.of("../site/problems/index.md");

    /** The first text of an exception, whose class says what kind of code it is. */
    private static final Pattern THROWN = Pattern.compile(
            "(?:new (AccessDenied|Conflict|LimitReached|NotAuthenticated|NotFound|Problem|Unavailable)Exception"
                    + "|LimitReachedException\\.ofPlan)\\(\\s*(?:\\d{3},\\s*)?\"([a-z_]+)\"");

    private static final Pattern ANSWERED = Pattern.compile("response\\(\\s*\\d{3},[^;\"]*?\"([a-z_]+)\"");
    private static final Pattern SUPER = Pattern.compile("super\\(\\s*\"([a-z_]+)\"");
    private static final Pattern FRAMEWORK = Pattern.compile("case 4\\d\\d -> \"([a-z_]+)\"");
    private static final Pattern VIOLATION = Pattern.compile(
            "(?:InvalidInputException|violations\\s*\\.add|\\badd|wrong|new Violation)\\(\\s*(?:\"[^\"]*\"|[a-zA-Z]\\w*)"
                    + "(?:\\s*\\+\\s*(?:\"[^\"]*\"|\\w+(?:\\([^()]*\\))?))*\\s*,\\s*\"([a-z]+(?:_[a-z]+)*)\"\\s*,");

    /** Said by one class of the host's side, or made of more than one text, where the pattern cannot see it. */
    private static final Set<String> MADE_OTHERWISE = Set.of(
            "already_created",
            "bad_request",
            "file_infected",
            "file_not_scanned",
            "idempotency_key_reused",
            "invalid_token",
            "scanner_unavailable",
            "unauthenticated");

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : new String[] {"../insightdesk-core", "../insightdesk-jaxrs"}) {
            try (Stream<Path> files = Files.walk(Path.of(module, "src/main/java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    all.append(Files.readString(file)).append('\n');
                }
            }
        }
        return all.toString();
    }

    private static Set<String> found(Pattern pattern, String sources) {
        return pattern.matcher(sources)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyCodeOfTheSourcesIsInTheCatalogueAndNoOther() throws IOException {
        String sources = sources();
        Set<String> codes = found(ANSWERED, sources);
        codes.addAll(found(SUPER, sources));
        codes.addAll(found(FRAMEWORK, sources));
        for (Matcher thrown = THROWN.matcher(sources); thrown.find(); ) {
            codes.add("NotFound".equals(thrown.group(1)) ? thrown.group(2) + "_not_found" : thrown.group(2));
        }
        codes.addAll(MADE_OTHERWISE);
        assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::wireName))
                .as(
                        "ProblemCode: add what is missing, with what it means, and run this test with -Dproblems.write=true")
                .containsExactlyInAnyOrderElementsOf(codes);
        // The first is made of a status' name.
        assertThat(MADE_OTHERWISE).allMatch(code -> code.equals("bad_request") || sources.contains("\"" + code + "\""));
    }

    @Test
    void everyCodeOfAFieldInTheSourcesIsInTheCatalogue() throws IOException {
        Set<String> codes = found(VIOLATION, sources());
        assertThat(codes).hasSizeGreaterThan(15);
        codes.removeIf(code -> ProblemCode.of(code).isPresent());
        assertThat(Arrays.stream(FieldCode.values()).map(FieldCode::wireName))
                .as("FieldCode: add what is missing, with what it means, and run this test with -Dproblems.write=true")
                .containsAll(codes);
    }

    @Test
    void codesAreInOrderAndTheirMeaningsAreSentences() {
        assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::wireName))
                .isSorted();
        assertThat(Arrays.stream(FieldCode.values()).map(FieldCode::wireName)).isSorted();
        assertThat(Stream.concat(
                        Arrays.stream(ProblemCode.values()).map(ProblemCode::meaning),
                        Arrays.stream(FieldCode.values()).map(FieldCode::meaning)))
                .allMatch(meaning -> meaning.matches("[A-Z].*\\."));
    }

    @Test
    void thePageIsMadeOfTheCatalogue() throws IOException {
        String page = page();
        if (Boolean.getBoolean("problems.write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("run this test with -Dproblems.write=true")
                .isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Problems

                Every error of the HTTP API is a problem document (RFC 9457) with a `code`. A code never changes its meaning; new ones are added.
                Its `type` is the address of this page with the code behind `#`. The `detail` says what went wrong this time, and can change with
                any release: programs look at the `code`. [The conventions of the API](../api/index.md#errors) tell what else a problem holds.

                """);
        for (ProblemCode code : ProblemCode.values()) {
            page.append("## ")
                    .append(code.wireName())
                    .append("\n\nStatus ")
                    .append(code.status())
                    .append(". ")
                    .append(code.meaning())
                    .append("\n\n");
        }
        page.append("""
                ## Codes of fields

                With [invalid_input](#invalid_input) comes a list `errors`. Each member has a `pointer` into the body or the name of a query
                `parameter`, a `message` for people, and one of these codes:

                | code | meaning |
                |---|---|
                """);
        for (FieldCode code : FieldCode.values()) {
            page.append("| `")
                    .append(code.wireName())
                    .append("` | ")
                    .append(code.meaning())
                    .append(" |\n");
        }
        return page.toString();
    }
}
