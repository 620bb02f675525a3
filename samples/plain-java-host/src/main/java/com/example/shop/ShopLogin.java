package com.example.shop;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Function;

/**
 * The shop's own login. All that the help desk asks of it is the standard's {@link SecurityContext}, before its own filters
 * run: at the priority of authentication or earlier.
 */
@Priority(Priorities.AUTHENTICATION - 1)
final class ShopLogin implements ContainerRequestFilter {
    private final Function<String, Optional<ShopUser>> sessions;

    ShopLogin(Function<String, Optional<ShopUser>> sessions) {
        this.sessions = sessions;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String session = request.getHeaderString("X-Shop-Session");
        Optional<ShopUser> user = session == null ? Optional.empty() : sessions.apply(session);
        boolean encrypted = request.getSecurityContext().isSecure();
        user.ifPresent(known -> request.setSecurityContext(new SecurityContext() {
            @Override
            public Principal getUserPrincipal() {
                return known;
            }

            @Override
            public boolean isUserInRole(String role) {
                return role.equals("manager") && known.manager();
            }

            @Override
            public boolean isSecure() {
                return encrypted;
            }

            @Override
            public String getAuthenticationScheme() {
                return "shop";
            }
        }));
    }
}
