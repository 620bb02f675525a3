package io.insightdesk.server;

import java.util.Map;

/**
 * Settings that a release has removed, each with what to do instead. Whoever still sets one is told at the start: what is ignored
 * silently looks as if it worked.
 */
final class RemovedSettings {

    /** By name. None so far: no release has removed one. */
    static final Map<String, String> ALL = Map.of();

    private RemovedSettings() {}
}
