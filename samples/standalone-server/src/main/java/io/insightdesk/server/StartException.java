package io.insightdesk.server;

/** The server cannot start, for a reason that whoever starts it can mend; the message is for that person. */
final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }
}
