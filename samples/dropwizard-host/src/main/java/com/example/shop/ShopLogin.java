package com.example.shop;

import io.dropwizard.auth.Authenticator;
import io.dropwizard.auth.basic.BasicCredentials;
import io.insightdesk.identity.HostIdentity;
import io.insightdesk.identity.HostUser;
import io.insightdesk.identity.Role;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;

/** The shop's own login, and which of its people are agents of the help desk. Its list of users stands for a directory. */
final class ShopLogin implements Authenticator<BasicCredentials, ShopUser>, HostIdentity {
    private static final Map<String, ShopUser> PEOPLE = Map.of(
            "grace", new ShopUser("grace", "Grace Clerk", false), "mary", new ShopUser("mary", "Mary Manager", true));

    @Override
    public Optional<ShopUser> authenticate(BasicCredentials credentials) {
        return Optional.ofNullable(PEOPLE.get(credentials.getUsername()))
                .filter(user -> credentials.getPassword().equals(user.login() + "-secret"));
    }

    @Override
    public Optional<HostUser> identify(Principal principal) {
        return principal instanceof ShopUser user ? Optional.of(agent(user)) : Optional.empty();
    }

    static HostUser agent(ShopUser user) {
        return new HostUser(
                user.login(), user.fullName(), user.login() + "@shop.example", user.manager() ? Role.ADMIN : Role.AGENT);
    }
}
