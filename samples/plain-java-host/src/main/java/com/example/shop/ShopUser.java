package com.example.shop;

import java.security.Principal;

/** Somebody who works at the shop, as the shop's own log-in knows them. The shop knew nothing of a help desk when it wrote this. */
public record ShopUser(String login, String fullName, String email, boolean manager) implements Principal {
    @Override
    public String getName() {
        return login;
    }
}
