package com.example.shop;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;

/** A resource of the shop's own. */
@Path("orders")
public final class OrdersResource {
    @GET
    @Produces("text/plain")
    public String list(@Context SecurityContext who) {
        return who.getUserPrincipal() == null ? "nobody's orders" : who.getUserPrincipal().getName() + "'s orders";
    }
}
