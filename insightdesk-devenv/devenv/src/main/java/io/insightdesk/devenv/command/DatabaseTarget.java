package io.insightdesk.devenv.command;

import io.insightdesk.devenv.servers.PostgresEndpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The database that a command works on.
 *
 * @param endpoint where it is
 * @param source why it is this one
 * @param environment what {@code APP_ENV} says it is for
 */
record DatabaseTarget(PostgresEndpoint endpoint, String source, String environment) {
    static final String URL_VARIABLE = "DATABASE_URL";
    static final String ENVIRONMENT_VARIABLE = "APP_ENV";
    private static final Set<String> MAY_BE_EMPTIED = Set.of("development", "test");
    private static final int DEFAULT_PORT = 5432;

    /** Returns the database that {@code DATABASE_URL} names; empty if it names none. */
    static Optional<DatabaseTarget> of(Map<String, String> variables) {
        String url = variables.getOrDefault(URL_VARIABLE, "").strip();
        String environment =
                variables.getOrDefault(ENVIRONMENT_VARIABLE, "").strip().toLowerCase(Locale.ROOT);
        return url.isEmpty()
                ? Optional.empty()
                : Optional.of(new DatabaseTarget(parse(url), "of " + URL_VARIABLE, environment));
    }

    /** Returns the database of a stack, which is one of development unless {@code APP_ENV} says otherwise. */
    static DatabaseTarget ofStack(StackState state, Map<String, String> variables) {
        PostgresEndpoint endpoint = state.endpoints().postgres();
        if (endpoint == null) {
            throw CommandFailure.wrong("This stack has no postgres. End it and start it with one: desk down, desk up.");
        }
        String environment =
                variables.getOrDefault(ENVIRONMENT_VARIABLE, "").strip().toLowerCase(Locale.ROOT);
        return new DatabaseTarget(
                endpoint, "of the stack " + state.name(), environment.isEmpty() ? "development" : environment);
    }

    /** Says which database it is, without its password. */
    String describe() {
        return endpoint.database() + " on " + endpoint.host() + ":" + endpoint.port() + " (" + source + ")";
    }

    /** Fails unless it is said that nobody needs what is in it. */
    void requireMayBeChanged(String what) {
        if (!MAY_BE_EMPTIED.contains(environment)) {
            throw CommandFailure.wrong(what + " is for development and test only, and " + ENVIRONMENT_VARIABLE + " is "
                    + (environment.isEmpty() ? "not set" : environment) + ". If " + endpoint.database() + " on "
                    + endpoint.host() + " holds nothing that anybody needs, set " + ENVIRONMENT_VARIABLE
                    + "=development.");
        }
    }

    static PostgresEndpoint parse(String url) {
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        try {
            URI uri = new URI(plain);
            String scheme = String.valueOf(uri.getScheme());
            String path = String.valueOf(uri.getRawPath());
            String[] user = String.valueOf(uri.getRawUserInfo()).split(":", 2);
            if ((scheme.equals("postgresql") || scheme.equals("postgres"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() != null
                    && path.length() > 1) {
                return new PostgresEndpoint(
                        uri.getHost(),
                        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                        decoded(path.substring(1)),
                        decoded(user[0]),
                        user.length > 1 ? decoded(user[1]) : "");
            }
        } catch (URISyntaxException e) {
            // Not quoted, for it holds a password.
            throw CommandFailure.wrong(URL_VARIABLE + " is no address (" + e.getReason() + " at character "
                    + e.getIndex() + "). It has the form postgresql://user:password@host:5432/database");
        }
        throw CommandFailure.wrong(
                URL_VARIABLE + " lacks something. It has the form postgresql://user:password@host:5432/database");
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
