package io.insightdesk.jaxrs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import org.junit.jupiter.api.Test;

class DeprecationsTest {

    @Operation(id = "stays", value = "Stays.")
    void stays() {}

    @Operation(id = "goes", value = "Goes some day.", deprecatedSince = "2027-01-31")
    void goes() {}

    @Operation(
            id = "ends",
            value = "Goes on a day that is known.",
            deprecatedSince = "2027-01-31",
            sunset = "2027-08-01")
    void ends() {}

    private static MultivaluedMap<String, Object> headersOf(String method) throws NoSuchMethodException {
        MultivaluedMap<String, Object> headers = new MultivaluedHashMap<>();
        Deprecations.tell(DeprecationsTest.class.getDeclaredMethod(method).getAnnotation(Operation.class), headers);
        return headers;
    }

    @Test
    void whatWillGoSaysSoInEveryAnswer() throws NoSuchMethodException {
        assertThat(headersOf("stays")).isEmpty();
        assertThat(headersOf("goes").getFirst("Deprecation")).isEqualTo("@1801353600");
        assertThat(headersOf("goes")).doesNotContainKey("Sunset");
        assertThat(headersOf("ends").getFirst("Deprecation")).isEqualTo("@1801353600");
        assertThat(headersOf("ends").getFirst("Sunset")).isEqualTo("Sun, 01 Aug 2027 00:00:00 GMT");
    }
}
