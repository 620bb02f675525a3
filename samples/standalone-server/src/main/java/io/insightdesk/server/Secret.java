package io.insightdesk.server;

/**
 * A value that is never printed.
 *
 * @param value the value
 */
record Secret(String value) {

    @Override
    public String toString() {
        return "••••";
    }
}
