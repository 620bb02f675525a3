package io.insightdesk.devenv.seed;

/**
 * The demo data were not made, or the schema was not emptied, because something speaks against it. Nothing was changed. The
 * message ends in what to do.
 *
 * @since 0.1.0
 */
public final class SeedRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SeedRefusedException(String message) {
        super(message);
    }

    SeedRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
