package io.insightdesk.jaxrs;

import static java.util.Objects.requireNonNull;

import io.insightdesk.Desk;
import java.security.Principal;

/**
 * Who asks, with the desk to answer from. The one look-up of this adapter: its resources take the desk from the request's
 * {@link jakarta.ws.rs.core.SecurityContext#getUserPrincipal() user principal}, and its own authentication puts it there. A host
 * that has set a {@code DeskPrincipal} before, in a filter of its own, is believed. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class DeskPrincipal implements Principal {
    private final Desk desk;

    /**
     * Makes a principal.
     *
     * @param desk the desk of the tenant and actor
     */
    public DeskPrincipal(Desk desk) {
        this.desk = requireNonNull(desk, "desk");
    }

    /**
     * The desk to answer from.
     *
     * @return the desk; acts as this principal
     */
    public Desk desk() {
        return desk;
    }

    /**
     * The actor's name.
     *
     * @return the name as activity lists show it
     */
    @Override
    public String getName() {
        return desk.actor().name();
    }
}
