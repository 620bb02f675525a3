package io.insightdesk.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelyingPartyTest {

    private static List<String> wrong(String id, String name, String... origins) {
        try {
            RelyingParty unused = new RelyingParty(id, name, Set.of(origins));
            return List.of();
        } catch (InvalidInputException e) {
            return e.violations().stream().map(Violation::pointer).distinct().toList();
        }
    }

    @Test
    void aConsolesOriginIsWrittenAsBrowsersWriteIt() {
        RelyingParty party = RelyingParty.of(URI.create("HTTPS://Desk.Example.com:443/console?a=b"), "Desk");
        assertThat(party.id()).isEqualTo("desk.example.com");
        assertThat(party.origins()).containsExactly("https://desk.example.com");
        assertThat(RelyingParty.of(URI.create("https://desk.example.com:8443"), "Desk")
                        .origins())
                .containsExactly("https://desk.example.com:8443");
        assertThat(RelyingParty.of(URI.create("http://localhost:3000"), "Desk").origins())
                .containsExactly("http://localhost:3000");
        assertThat(RelyingParty.of(URI.create("http://localhost:80"), "Desk").origins())
                .containsExactly("http://localhost");
    }

    @Test
    void browsersHaveKeysOnlyWhereItIsSafe() {
        for (String good : List.of(
                "https://desk.example.com", "http://localhost:3000", "https://desk", "https://d-1.example.co2m")) {
            assertThat(RelyingParty.fits(URI.create(good))).as(good).isTrue();
        }
        for (String bad : List.of(
                "http://desk.example.com",
                "https://192.0.2.7",
                "https://[2001:db8::1]/",
                "ftp://desk.example.com",
                "https:///console",
                "mailto:a@example.com",
                "https://-desk.example.com",
                "/console")) {
            assertThat(RelyingParty.fits(URI.create(bad))).as(bad).isFalse();
            assertThatThrownBy(() -> RelyingParty.of(URI.create(bad), "Desk"))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void originsBelongToTheDomain() {
        assertThat(wrong("example.com", "Desk", "https://desk.example.com", "https://example.com:8443"))
                .isEmpty();
        assertThat(wrong("localhost", "Desk", "http://desk.localhost:3000")).isEmpty();
        assertThat(wrong("example.com", "Desk", "https://notexample.com")).containsExactly("/origins");
        assertThat(wrong("desk.example.com", "Desk", "https://example.com")).containsExactly("/origins");
        assertThat(wrong("example.com", "Desk", "https://example.com/")).containsExactly("/origins");
        assertThat(wrong("example.com", "Desk", "https://example.com@evil.example"))
                .containsExactly("/origins");
        assertThat(wrong("example.com", "Desk")).containsExactly("/origins");
        assertThat(wrong("Example.com", " ", "https://example.com")).containsExactly("/name", "/id", "/origins");
    }
}
