package io.insightdesk.testing.broken.ticket;

/** Prints. */
public final class Prints {
    private Prints() {}

    static void print() {
        System.out.println();
    }
}
