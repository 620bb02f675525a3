package io.insightdesk.jaxrs.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import org.jspecify.annotations.Nullable;

/**
 * Notes who is at the other end of the connection, which Jakarta REST does not tell. The only class that knows servlets; not
 * loaded where there are none.
 */
class ServletPeer implements ContainerRequestFilter {
    @Context
    private @Nullable HttpServletRequest servlet;

    @Override
    public void filter(ContainerRequestContext request) {
        if (servlet != null) {
            request.setProperty(ClientAddress.PEER, servlet.getRemoteAddr());
        }
    }

    static boolean possible() {
        try {
            Class<?> unused =
                    Class.forName("jakarta.servlet.http.HttpServletRequest", false, ServletPeer.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            // Then the host says who it is, or nobody does.
            return false;
        }
    }
}
