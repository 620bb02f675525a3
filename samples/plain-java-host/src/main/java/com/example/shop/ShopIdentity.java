package com.example.shop;

import io.insightdesk.identity.HostIdentity;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import java.security.Principal;
import java.util.Optional;

/**
 * Says who of the shop's people is an agent of the help desk. There is no second log-in and no second list of users: the help
 * desk keeps an agent of its own for each login and follows its name, address and role.
 */
public final class ShopIdentity implements HostIdentity {
    @Override
    public Optional<HostUser> identify(Principal principal) {
        if (principal instanceof ShopUser user) {
            Role role = user.manager() ? Role.ADMIN : Role.AGENT;
            return Optional.of(new HostUser(user.login(), user.fullName(), user.email(), role));
        }
        return Optional.empty();
    }
}
