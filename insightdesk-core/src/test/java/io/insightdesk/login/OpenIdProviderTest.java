package io.insightdesk.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.error.Violation;
import io.insightdesk.identity.Role;
import io.insightdesk.key.Secret;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OpenIdProviderTest {

    private static final Secret SECRET = Secret.of("client-secret");

    private static OpenIdProvider.Builder at(String issuer) {
        return OpenIdProvider.of("corp", URI.create(issuer), "client");
    }

    private static List<String> wrong(OpenIdProvider.Builder builder) {
        try {
            OpenIdProvider unused = builder.build();
            return List.of();
        } catch (InvalidInputException e) {
            return e.violations().stream().map(Violation::pointer).toList();
        }
    }

    @Test
    void anIssuerIsSafeUnlessItIsOnThisMachine() {
        assertThat(wrong(at("https://id.example.com/realms/desk"))).isEmpty();
        assertThat(wrong(at("http://localhost:8180/realms/desk"))).isEmpty();
        assertThat(wrong(at("http://id.example.com"))).containsExactly("/issuer");
        assertThat(wrong(at("https://id.example.com?x=1"))).containsExactly("/issuer");
        assertThat(wrong(at("file:///etc/passwd"))).containsExactly("/issuer");
    }

    @Test
    void aSharedDirectoryOfMicrosoftIsRefused() {
        assertThat(wrong(at("https://login.microsoftonline.com/common/v2.0"))).containsExactly("/issuer");
        OpenIdProvider own =
                OpenIdProvider.microsoft(new UUID(1, 2), "client", SECRET).build();
        assertThat(own.issuer())
                .hasToString("https://login.microsoftonline.com/00000000-0000-0001-0000-000000000002/v2.0");
        assertThat(own.trustsEmails()).isTrue();
    }

    @Test
    void nobodyBecomesAnAgentOfEveryTenantOrByAnyAccountOfGoogle() {
        OpenIdProvider.Builder google = OpenIdProvider.google("client", SECRET).newAgents(Role.AGENT);

        assertThat(wrong(google)).containsExactly("/tenants", "/emailDomains");
        assertThat(wrong(google.tenants(Set.of("acme")).emailDomains(Set.of("acme.example"))))
                .isEmpty();
    }

    @Test
    void everythingThatIsWrongIsTold() {
        assertThat(wrong(OpenIdProvider.of("Corp!", URI.create("https://id.example.com"), " ")
                        .scopes(List.of("email"))
                        .emailDomains(Set.of("Example.com"))))
                .containsExactly("/name", "/clientId", "/scopes", "/emailDomains");
    }

    @Test
    void theSecretIsNotPrinted() {
        assertThat(OpenIdProvider.google("client", SECRET).build().toString()).doesNotContain("client-secret");
    }

    @Test
    void namesAreGivenOnce() {
        OpenIdProvider one = at("https://id.example.com").build();

        assertThatThrownBy(() -> LoginOptions.withSecret(Secret.of("0123456789abcdef0123456789abcdef"))
                        .openId(URI.create("https://desk.example.com/login"), List.of(one, one))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("name");
    }
}
