package com.example.shop;

import java.security.Principal;

/** Somebody who works at the shop, as its own login knows them. */
public record ShopUser(String login, String fullName, boolean manager) implements Principal {
    @Override
    public String getName() {
        return login;
    }
}
