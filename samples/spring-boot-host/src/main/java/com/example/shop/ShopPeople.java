package com.example.shop;

import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/** Stands for the shop's directory of people. */
@Configuration(proxyBeanMethods = false)
class ShopPeople {
    private final Map<String, ShopPerson> people = Map.of(
            "barbara", new ShopPerson("barbara", "Barbara Clerk", "barbara@shop.example", List.of("ROLE_CLERK")),
            "walter", new ShopPerson("walter", "Walter Gardener", "walter@shop.example", List.of("ROLE_GARDENER")));

    @Bean
    UserDetailsService users() {
        return login -> {
            ShopPerson person = people.get(login);
            if (person == null) {
                throw new UsernameNotFoundException(login);
            }
            // Spring erases the password of whom it has logged in: each login gets a copy.
            return person.copy();
        };
    }
}
