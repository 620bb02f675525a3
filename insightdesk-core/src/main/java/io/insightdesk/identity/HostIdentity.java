package io.insightdesk.identity;

import java.security.Principal;
import java.util.Optional;

/**
 * Tells which of the host's principals are agents. Written by hosts that have users of their own; called by many threads, for
 * each request.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HostIdentity {

    /**
     * Maps a principal of the host.
     *
     * @param principal who the host says it is
     * @return the user; empty for somebody who is no agent
     */
    Optional<HostUser> identify(Principal principal);
}
