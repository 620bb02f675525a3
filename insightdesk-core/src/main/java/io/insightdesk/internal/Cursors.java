package io.insightdesk.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.insightdesk.error.InvalidInputException;
import io.insightdesk.tenant.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes and reads cursors: where a page ended, as base64url of a tag and of the JSON array that it covers. The tag also covers the list,
 * the tenant, the filter and the sort, so a cursor that was changed, or that belongs to another list, is refused. Thread-safe.
 */
public final class Cursors {

    private static final String PURPOSE = "cursor";
    private static final int MAX_LENGTH = 2000;
    private static final TypeReference<List<@Nullable String>> VALUES = new TypeReference<>() {};

    private final Signer signer;

    /** Makes cursors that a signer signs. */
    public Cursors(Signer signer) {
        this.signer = signer;
    }

    /**
     * The cursors of one list.
     *
     * @param list the list's name
     * @param filterAndSort all that decides which rows the list has and in which order; compared by their texts
     */
    public Listing on(String list, TenantId tenant, @Nullable Object... filterAndSort) {
        List<@Nullable String> context = new ArrayList<>();
        context.add(list);
        context.add(tenant.toString());
        for (Object part : filterAndSort) {
            context.add(part == null ? null : part.toString());
        }
        return new Listing(signer, Json.write(context));
    }

    /** One list with its filter and sort. */
    public static final class Listing {

        private final Signer signer;
        private final String context;

        Listing(Signer signer, String context) {
            this.signer = signer;
            this.context = context;
        }

        /** The cursor of a position: the sort values of the last row that was seen, in the order of the sort. */
        public String encode(@Nullable Object... values) {
            List<@Nullable String> texts = new ArrayList<>();
            for (Object value : values) {
                texts.add(value == null ? null : value.toString());
            }
            byte[] json = Json.write(texts).getBytes(StandardCharsets.UTF_8);
            byte[] tag = signer.mac(PURPOSE, signed(json));
            byte[] all = ByteBuffer.allocate(1 + tag.length + json.length)
                    .put((byte) tag.length)
                    .put(tag)
                    .put(json)
                    .array();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        }

        /**
         * The position that a cursor stands for; null for no cursor, which is the beginning.
         *
         * @throws InvalidInputException with code {@code invalid_cursor} when it is not a cursor of this list
         */
        public @Nullable Position decode(@Nullable String cursor) {
            if (cursor == null) {
                return null;
            }
            if (cursor.length() > MAX_LENGTH) {
                throw invalid();
            }
            byte[] all;
            try {
                all = Base64.getUrlDecoder().decode(cursor);
            } catch (IllegalArgumentException e) {
                throw invalid();
            }
            int tagEnd = all.length == 0 ? 0 : 1 + Byte.toUnsignedInt(all[0]);
            if (tagEnd <= 1 || tagEnd >= all.length) {
                throw invalid();
            }
            byte[] json = Arrays.copyOfRange(all, tagEnd, all.length);
            if (!signer.verify(PURPOSE, signed(json), Arrays.copyOfRange(all, 1, tagEnd))) {
                throw invalid();
            }
            return new Position(Json.read(new String(json, StandardCharsets.UTF_8), VALUES));
        }

        /**
         * Cuts a page out of rows of which one more than the limit was asked for.
         *
         * @param page makes the page of its rows and the next cursor, which is null at the end
         */
        public <T, P> P page(
                List<T> rows, int limit, Function<T, @Nullable Object[]> sortValues, PageMaker<T, P> page) {
            if (rows.size() <= limit) {
                return page.make(rows, null);
            }
            List<T> items = List.copyOf(rows.subList(0, limit));
            return page.make(items, encode(sortValues.apply(items.get(limit - 1))));
        }

        private byte[] signed(byte[] json) {
            byte[] before = context.getBytes(StandardCharsets.UTF_8);
            // The context is JSON and so holds no raw zero byte: the two parts cannot be shifted against each other.
            byte[] all = Arrays.copyOf(before, before.length + 1 + json.length);
            System.arraycopy(json, 0, all, before.length + 1, json.length);
            return all;
        }

        private static InvalidInputException invalid() {
            return new InvalidInputException(
                    "/cursor",
                    "invalid_cursor",
                    "This cursor does not belong to this list with these filters; begin without a cursor.");
        }
    }

    /**
     * Makes a page.
     *
     * @param <T> its rows
     * @param <P> the page
     */
    @FunctionalInterface
    public interface PageMaker<T, P> {
        /** The page of these rows. */
        P make(List<T> items, @Nullable String nextCursor);
    }

    /** The sort values of the last row that was seen. */
    public static final class Position {

        private final List<@Nullable String> values;

        Position(List<@Nullable String> values) {
            this.values = values;
        }

        /** The value at an index, as it was written; null where it was null. */
        public @Nullable String text(int index) {
            return values.get(index);
        }

        /** The value at an index, an identifier. */
        public UUID uuid(int index) {
            return UUID.fromString(required(index));
        }

        /** The value at an index, a whole number. */
        public long number(int index) {
            return Long.parseLong(required(index));
        }

        /** The value at an index, an instant; null where it was null. */
        public @Nullable Instant instant(int index) {
            String text = text(index);
            return text == null ? null : Instant.parse(text);
        }

        private String required(int index) {
            String text = text(index);
            if (text == null) {
                throw new IllegalStateException("the cursor has no value at " + index);
            }
            return text;
        }
    }
}
