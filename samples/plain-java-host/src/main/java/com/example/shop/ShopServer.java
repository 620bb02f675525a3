package com.example.shop;

import com.sun.net.httpserver.HttpServer;
import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.InsightDeskFeature;
import io.insightdesk.tenant.TenantId;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;

/** The shop over HTTP, on nothing but the JDK's server and Jersey. The help desk's resources are among the shop's own. */
public final class ShopServer implements AutoCloseable {
    private final HttpServer server;

    /** Starts. The sessions say whose cookie or token it is; the shop had them before it had a help desk. */
    public ShopServer(
            URI address, InsightDesk insightDesk, TenantId tenant, Function<String, Optional<ShopUser>> sessions) {
        ApiOptions options = ApiOptions.builder()
                .hostIdentity(new ShopIdentity(), user -> Optional.of(tenant))
                .build();
        ResourceConfig resources = new ResourceConfig()
                .register(OrdersResource.class)
                .register(new ShopLogin(sessions))
                .registerClasses(InsightDeskFeature.resources())
                .register(new InsightDeskFeature(insightDesk, options));
        server = JdkHttpServerFactory.createHttpServer(address, resources);
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
