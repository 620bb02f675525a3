package com.example.shop;

import java.util.List;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;

/** Somebody who works at the shop. */
class ShopPerson extends User {
    private final String fullName;
    private final String email;

    /** The password is the login in this example, and kept in the clear. */
    ShopPerson(String login, String fullName, String email, List<String> authorities) {
        super(login, "{noop}" + login, AuthorityUtils.createAuthorityList(authorities.toArray(String[]::new)));
        this.fullName = fullName;
        this.email = email;
    }

    ShopPerson copy() {
        return new ShopPerson(
                getUsername(), fullName, email, getAuthorities().stream().map(Object::toString).toList());
    }

    String fullName() {
        return fullName;
    }

    String email() {
        return email;
    }
}
