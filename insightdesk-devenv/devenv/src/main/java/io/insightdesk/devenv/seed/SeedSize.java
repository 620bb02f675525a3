package io.insightdesk.devenv.seed;

import java.util.Locale;

/**
 * How much data the seed makes.
 *
 * @since 0.1.0
 */
public enum SeedSize {
    /** One tenant, {@code demo}: a few people and written stories, the same words on every machine. */
    SMALL(1, 43),
    /** One tenant, {@code seed-medium}, with ten thousand tickets of the last twelve months. */
    MEDIUM(1, 10_000),
    /** Fifty tenants, {@code seed-large-01} and on, with a million tickets; the first has by far the most. */
    LARGE(50, 1_000_000);

    private final int tenants;
    private final long tickets;

    SeedSize(int tenants, long tickets) {
        this.tenants = tenants;
        this.tickets = tickets;
    }

    /**
     * Finds a size by its name.
     *
     * @param name {@code small}, {@code medium} or {@code large}, in whatever case
     * @return the size
     * @throws IllegalArgumentException for any other word
     */
    public static SeedSize of(String name) {
        try {
            return valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no size of demo data; use small, medium or large.", e);
        }
    }

    /**
     * Returns how many tenants it has.
     *
     * @return the number of tenants
     */
    public int tenants() {
        return tenants;
    }

    /**
     * Returns how many tickets it has.
     *
     * @return the number of tickets in all tenants together
     */
    public long tickets() {
        return tickets;
    }

    /**
     * Returns the name as a command takes it.
     *
     * @return the name in lower case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
