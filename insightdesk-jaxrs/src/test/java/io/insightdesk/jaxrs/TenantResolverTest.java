package io.insightdesk.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TenantResolverTest {

    @Test
    void aTenantIsTheFirstPartOfTheHostName() {
        assertThat(byHostName("https://acme.help.example/api/v1/me")).contains("acme");
        assertThat(byHostName("https://ACME.Help.Example:8443/")).contains("acme");
    }

    @Test
    void otherHostNamesNameNoTenant() {
        assertThat(byHostName("https://help.example/")).isEmpty();
        assertThat(byHostName("https://acme.help.example.evil.example/")).isEmpty();
        assertThat(byHostName("https://acmehelp.example/")).isEmpty();
        assertThat(byHostName("https://a.b.help.example/")).isEmpty();
        assertThat(byHostName("/api/v1/me")).isEmpty();
    }

    @Test
    void aSegmentIsOneSegment() {
        assertThatThrownBy(() -> TenantResolver.pathPrefix("a/b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Optional<String> byHostName(String address) {
        UriInfo uri = answering(UriInfo.class, "getRequestUri", URI.create(address));
        return TenantResolver.hostName("help.example")
                .slugOf(answering(ContainerRequestContext.class, "getUriInfo", uri));
    }

    private static <T> T answering(Class<T> type, String method, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        return answer;
                    }
                    throw new UnsupportedOperationException(called.getName());
                }));
    }
}
