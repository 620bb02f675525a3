package io.insightdesk.mail.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Every mail of the corpus gives what the file beside it says. */
class MailCorpusTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger AS_EXPECTED = new AtomicInteger();

    static Stream<String> mails() {
        return MailCorpus.mails().stream()
                .map(mail -> mail.getFileName().toString().replace(".eml", ""));
    }

    @AfterAll
    static void count() throws IOException {
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target/mails-as-expected.txt"), "mails as expected: " + AS_EXPECTED.get() + "\n");
        LoggerFactory.getLogger(MailCorpusTest.class).info("mails as expected: {}", AS_EXPECTED.get());
    }

    @Test
    void hasAtLeastFortyMails() {
        assertThat(MailCorpus.mails()).hasSizeGreaterThan(40);
    }

    @ParameterizedTest
    @MethodSource("mails")
    void givesWhatIsExpected(String name) throws Exception {
        Path mail = MailCorpus.mails().stream()
                .filter(file -> file.endsWith(name + ".eml"))
                .findFirst()
                .orElseThrow();
        JsonNode expected = JSON.readTree(Files.readString(MailCorpus.expected(mail)));
        byte[] raw = Files.readAllBytes(mail);
        if (expected.has("unreadable")) {
            UnreadableMailException refused =
                    catchThrowableOfType(UnreadableMailException.class, () -> MailCorpus.parse(raw));
            assertThat(refused).as("refusal").isNotNull();
            assertThat(refused.code()).isEqualTo(expected.get("unreadable").asText());
        } else {
            new Expectation(expected).check(MailCorpus.parse(raw));
        }
        AS_EXPECTED.incrementAndGet();
    }

    /** Checks the keys that are there, and that there is no key it does not know. */
    static final class Expectation {

        private final JsonNode json;
        private final Set<String> left = new HashSet<>();

        Expectation(JsonNode json) {
            this.json = json;
            json.fieldNames().forEachRemaining(left::add);
            left.remove("about");
        }

        void check(ParsedMail mail) {
            value("subject", mail.subject());
            value("text", mail.text());
            value("newText", mail.newText());
            parts("text", mail.text());
            parts("newText", mail.newText());
            if (left.remove("html")) {
                assertThat(mail.html() != null)
                        .as("has html")
                        .isEqualTo(json.get("html").asBoolean());
            }
            parts("html", mail.html() == null ? "" : mail.html());
            if (left.remove("from")) {
                address(mail.from());
            }
            value("kind", mail.kind().name().toLowerCase(Locale.ROOT));
            assertThat(mail.automatic()).isEqualTo(mail.kind() != AutomaticKind.NONE);
            value("messageId", mail.messageId());
            if (left.remove("date")) {
                JsonNode date = json.get("date");
                assertThat(mail.date()).as("date").isEqualTo(date.isNull() ? null : Instant.parse(date.asText()));
            }
            list("inReplyTo", mail.inReplyTo());
            list("references", mail.references());
            list("to", mail.to().stream().map(MailAddress::address).toList());
            list("cc", mail.cc().stream().map(MailAddress::address).toList());
            list("recipients", mail.recipients());
            list("authenticationResults", mail.authenticationResults());
            if (left.remove("notes")) {
                assertThat(mail.notes()).containsAll(strings(json.get("notes")));
            }
            if (left.remove("nullReturnPath")) {
                assertThat(mail.nullReturnPath())
                        .isEqualTo(json.get("nullReturnPath").asBoolean());
            }
            if (left.remove("loop")) {
                assertThat(mail.loop()).isEqualTo(json.get("loop").asInt());
            }
            bounce(mail.bounce());
            attachments(mail.attachments());
            assertThat(left).as("keys of the expectation that nothing checks").isEmpty();
            assertThat(mail.contentHash()).hasSize(64);
            assertThat(mail.subject()).doesNotContainPattern("\\p{Cntrl}");
            assertThat(mail.text().isBlank()).isEqualTo(mail.newText().isBlank());
        }

        private void value(String key, @Nullable String actual) {
            if (left.remove(key)) {
                JsonNode expected = json.get(key);
                assertThat(actual).as(key).isEqualTo(expected.isNull() ? null : expected.asText());
            }
        }

        private void parts(String key, String actual) {
            if (left.remove(key + "Contains")) {
                assertThat(actual).contains(strings(json.get(key + "Contains")));
            }
            if (left.remove(key + "Lacks")) {
                assertThat(actual).doesNotContain(strings(json.get(key + "Lacks")));
            }
        }

        private void list(String key, List<String> actual) {
            if (left.remove(key)) {
                assertThat(actual).as(key).isEqualTo(strings(json.get(key)));
            }
        }

        private void address(@Nullable MailAddress actual) {
            JsonNode from = json.get("from");
            if (from.isNull()) {
                assertThat(actual).as("from").isNull();
            } else {
                String name =
                        from.get("name").isNull() ? null : from.get("name").asText();
                assertThat(actual)
                        .isEqualTo(new MailAddress(name, from.get("address").asText()));
            }
        }

        private void bounce(@Nullable Bounce actual) {
            JsonNode bounce = json.get("bounce");
            if (!left.remove("bounce") || bounce.isNull()) {
                assertThat(actual).as("bounce").isNull();
                return;
            }
            String id = bounce.get("originalMessageId").isNull()
                    ? null
                    : bounce.get("originalMessageId").asText();
            assertThat(actual)
                    .isEqualTo(new Bounce(
                            id,
                            bounce.get("recipient").asText(),
                            bounce.get("status").asText(),
                            bounce.get("permanent").asBoolean()));
        }

        private void attachments(List<ParsedAttachment> actual) {
            if (!left.remove("attachments")) {
                return;
            }
            JsonNode list = json.get("attachments");
            assertThat(actual).as("attachments").hasSize(list.size());
            for (int i = 0; i < list.size(); i++) {
                JsonNode one = list.get(i);
                ParsedAttachment attachment = actual.get(i);
                assertThat(attachment.filename()).isEqualTo(one.get("filename").asText());
                assertThat(attachment.contentType())
                        .isEqualTo(one.get("contentType").asText());
                if (one.has("inline")) {
                    assertThat(attachment.inline())
                            .as(attachment.filename())
                            .isEqualTo(one.get("inline").asBoolean());
                }
                if (one.has("size")) {
                    assertThat(attachment.size()).isEqualTo(one.get("size").asLong());
                }
                if (one.has("contentId")) {
                    assertThat(attachment.contentId())
                            .isEqualTo(one.get("contentId").asText());
                }
            }
        }

        private static List<String> strings(JsonNode array) {
            List<String> strings = new ArrayList<>();
            array.forEach(node -> strings.add(node.asText()));
            return strings;
        }
    }
}
