package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which pages of other origins may call the API from a browser (the Fetch standard's CORS protocol). Only for {@link
 * InsightDeskApplication}; an application of the host's own decides for itself.
 *
 * @param origins such as {@code https://app.example.com}, without a path; or only {@code *} for every origin
 * @param credentials whether browsers may send cookies along, which only hosts need that authenticate by them
 * @param maxAge how long a browser may remember the answer, up to a day
 * @since 0.1.0
 */
public record Cors(Set<String> origins, boolean credentials, Duration maxAge) {

    /** How long a browser may remember the answer, unless something else is said. */
    public static final Duration DEFAULT_MAX_AGE = Duration.ofMinutes(10);

    private static final Pattern ORIGIN =
            Pattern.compile("https?://(?:[a-z0-9.-]+|\\[[0-9a-f:.]+])(?::[1-9][0-9]{0,4})?");
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Checks all rules.
     *
     * @throws IllegalArgumentException when an origin is none, or every origin shall come with credentials
     */
    public Cors {
        origins = Set.copyOf(origins);
        requireNonNull(maxAge, "maxAge");
        if (maxAge.isNegative() || maxAge.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a browser remembers for at most a day, not " + maxAge);
        }
        if (origins.contains("*") && (credentials || origins.size() > 1)) {
            throw new IllegalArgumentException(
                    "with credentials each origin has to be named, and * stands alone: " + origins);
        }
        for (String origin : origins) {
            if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException("'" + origin
                        + "' is no origin such as https://app.example.com: scheme, host in lower case, port if any");
            }
        }
    }

    /**
     * Lets no other origin in.
     *
     * @return what is so where nothing is said
     */
    public static Cors closed() {
        return new Cors(Set.of(), false, DEFAULT_MAX_AGE);
    }

    /**
     * Lets pages of some origins in, without cookies: they send a token.
     *
     * @param origins such as {@code https://app.example.com}
     * @return the rule
     */
    public static Cors allow(String... origins) {
        return new Cors(Set.of(origins), false, DEFAULT_MAX_AGE);
    }

    /**
     * Whether a page may call.
     *
     * @param origin as a browser sends it
     * @return whether it is one of {@link #origins}
     */
    public boolean allows(String origin) {
        return origins.contains("*") || origins.contains(origin);
    }
}
