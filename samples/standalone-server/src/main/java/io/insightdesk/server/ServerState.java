package io.insightdesk.server;

/** Where the server is in its life. Thread-safe. */
final class ServerState {

    /** The phases, in their order. */
    enum Phase {
        /** Not everything is there yet. */
        STARTING,
        /** Everything is there. */
        RUNNING,
        /** It was told to stop, and wants no more requests. */
        DRAINING
    }

    private volatile Phase phase = Phase.STARTING;

    Phase phase() {
        return phase;
    }

    boolean draining() {
        return phase == Phase.DRAINING;
    }

    /** Everything is there; without effect where it was already told to stop. */
    synchronized void started() {
        if (phase == Phase.STARTING) {
            phase = Phase.RUNNING;
        }
    }

    synchronized void drain() {
        phase = Phase.DRAINING;
    }
}
