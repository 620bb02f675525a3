package io.insightdesk.testing.broken.ticket;

/** Keeps state for all instances in a JVM. */
public final class KeepsState {
    @SuppressWarnings("NonFinalStaticField") // Broken on purpose.
    static int state;

    private KeepsState() {}
}
