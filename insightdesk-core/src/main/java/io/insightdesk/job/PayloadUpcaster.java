package io.insightdesk.job;

import java.util.Map;

/**
 * Extension point: makes the payload of an earlier version of a kind one of the present version. Called by several threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PayloadUpcaster {

    /**
     * Rewrites a payload.
     *
     * @param version the version in which it was enqueued, less than the kind's
     * @param payload its JSON: texts, numbers, booleans, lists, maps and nulls; may be changed
     * @return the JSON of the kind's version
     */
    Map<String, Object> upcast(int version, Map<String, Object> payload);
}
