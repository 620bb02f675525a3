package io.insightdesk.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.insightdesk.error.InvalidInputException;
import io.insightdesk.tenant.TenantId;
import io.insightdesk.testing.InMemorySigner;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {

    private final Cursors cursors = new Cursors(new InMemorySigner());
    private final TenantId tenant = new TenantId(Ids.next());
    private final Cursors.Listing open = cursors.on("tickets", tenant, "open", null);

    @Test
    void givesBackWhatWasPutIn() {
        UUID id = UUID.randomUUID();
        Instant instant = Instant.parse("2026-01-15T09:00:00.123456Z");

        Cursors.Position position = requireNonNull(open.decode(open.encode(instant, id, 42L, null, "größer\n")));

        assertThat(position.instant(0)).isEqualTo(instant);
        assertThat(position.uuid(1)).isEqualTo(id);
        assertThat(position.number(2)).isEqualTo(42);
        assertThat(position.text(3)).isNull();
        assertThat(position.text(4)).isEqualTo("größer\n");
    }

    @Test
    void noCursorIsTheBeginning() {
        assertThat(open.decode(null)).isNull();
    }

    @Test
    void belongsToOneListTenantFilterAndKey() {
        String cursor = open.encode("x");

        refuses(cursors.on("agents", tenant, "open", null), cursor);
        refuses(cursors.on("tickets", new TenantId(Ids.next()), "open", null), cursor);
        refuses(cursors.on("tickets", tenant, "closed", null), cursor);
        refuses(cursors.on("tickets", tenant, null, "open"), cursor);
        refuses(cursors.on("tickets", tenant, "open"), cursor);
        refuses(new Cursors(new InMemorySigner()).on("tickets", tenant, "open", null), cursor);
        assertThat(cursors.on("tickets", tenant, "open", null).decode(cursor)).isNotNull();
    }

    @Test
    void noByteCanBeChanged() {
        byte[] cursor = Base64.getUrlDecoder().decode(open.encode("x", 1));
        for (int i = 0; i < cursor.length; i++) {
            byte[] changed = cursor.clone();
            changed[i] ^= 1;
            refuses(open, Base64.getUrlEncoder().withoutPadding().encodeToString(changed));
        }
        for (int length = 0; length < cursor.length; length++) {
            refuses(open, Base64.getUrlEncoder().encodeToString(Arrays.copyOf(cursor, length)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "AAAA", "[]", "ÿ", "AP__"})
    void refusesWhatIsNoCursor(String text) {
        refuses(open, text);
    }

    @Test
    void refusesVeryLongOnes() {
        refuses(open, "A".repeat(100_000));
    }

    @Test
    void doesNotShowValuesWithoutTheTag() {
        byte[] json = "[\"x\"]".getBytes(StandardCharsets.UTF_8);
        refuses(open, Base64.getUrlEncoder().encodeToString(json));
    }

    @Test
    void aPageHasACursorOnlyWhenThereIsMore() {
        assertThat(page(1, 2)).isEqualTo("[1, 2] null");
        assertThat(page(1, 2, 3)).isEqualTo("[1, 2] " + open.encode(2));
    }

    private String page(Integer... rows) {
        return open.page(List.of(rows), 2, i -> new Object[] {i}, (items, next) -> items + " " + next);
    }

    private static void refuses(Cursors.Listing listing, String cursor) {
        assertThatThrownBy(() -> listing.decode(cursor))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.violations()).singleElement().satisfies(violation -> {
                            assertThat(violation.pointer()).isEqualTo("/cursor");
                            assertThat(violation.code()).isEqualTo("invalid_cursor");
                        }));
    }
}
