package io.insightdesk.jaxrs;

import jakarta.servlet.Servlet;
import jakarta.ws.rs.core.Application;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;

final class JerseyServlets {
    private JerseyServlets() {}

    static Servlet of(Application application) {
        return new ServletContainer(ResourceConfig.forApplication(application));
    }
}
