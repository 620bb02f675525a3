package io.insightdesk.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressesTest {

    @ParameterizedTest
    @CsvSource({
        "Ann@Example.COM, ann@example.com",
        "' ann@example.com ', ann@example.com",
        "a.b+tag@sub.example.com, a.b+tag@sub.example.com",
        "o'hara@example.com, o'hara@example.com",
        "ann@Bücher.example, ann@xn--bcher-kva.example",
        "jürgen@example.com, jürgen@example.com",
        "root@localhost, root@localhost",
    })
    void bringsAddressesIntoOneForm(String given, String expected) {
        assertThat(MailAddresses.normalize(given)).contains(expected);
        assertThat(MailAddresses.normalize(expected)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "ann",
                "ann@",
                "@example.com",
                "a..b@example.com",
                ".a@example.com",
                "a b@example.com",
                "a@b@example.com",
                "ann@-example.com",
                "ann@example..com",
                "ann@exa mple.com",
                "ann@example.com\nbcc: x@example.com",
                "Ann <ann@example.com>",
                "ann@[127.0.0.1]",
                "ann@exam_ple.com",
            })
    void refusesWhatIsNoAddress(String given) {
        assertThat(MailAddresses.normalize(given)).isEmpty();
    }

    @Test
    void limitsTheLength() {
        String domain = ("a".repeat(59) + ".").repeat(3) + "example";
        assertThat(MailAddresses.normalize("x".repeat(64) + "@" + domain)).isPresent();
        assertThat(MailAddresses.normalize("x".repeat(65) + "@" + domain)).isEmpty();
        assertThat(MailAddresses.normalize("x".repeat(64) + "@" + "b".repeat(20) + "." + domain))
                .isEmpty();
        assertThat(MailAddresses.normalize("x@" + "a".repeat(64) + ".example")).isEmpty();
    }

    @Test
    void findsParentDomainsOfAtLeastTwoLabels() {
        assertThat(MailAddresses.withParents("a.b.example.com"))
                .containsExactly("a.b.example.com", "b.example.com", "example.com");
        assertThat(MailAddresses.withParents("localhost")).containsExactly("localhost");
    }
}
