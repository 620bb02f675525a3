package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.InsightDeskApplication;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.jspecify.annotations.Nullable;

/** What is mounted on the server, by role. */
final class Pages {

    private Pages() {}

    /** The API, its reference, and a page about both. */
    static Handler api(
            Settings settings, InsightDesk insightDesk, ObservationRegistry observations, @Nullable URI mailCatcher) {
        ServletContextHandler context = context();
        if (!observations.isNoop()) {
            context.addFilter(
                    new FilterHolder(
                            new RequestObserver(observations, settings.http().trustedProxies())),
                    "/api/v1/*",
                    EnumSet.of(DispatcherType.REQUEST));
        }
        ApiOptions options = ApiOptions.builder()
                .trustedProxies(settings.http().trustedProxies())
                .cors(settings.http().cors())
                .build();
        ServletHolder api = new ServletHolder(
                new ServletContainer(ResourceConfig.forApplication(new InsightDeskApplication(insightDesk, options))));
        api.setInitOrder(1);
        context.addServlet(api, "/api/v1/*");
        context.addServlet(new ServletHolder(new ReferenceServlet(null)), "/reference/*");
        context.addServlet(new ServletHolder(new HomeServlet(settings, mailCatcher)), "");
        return context;
    }

    /** Pages about an API that is elsewhere. */
    static Handler web(Settings settings, Readiness readiness, URI api) {
        ServletContextHandler context = context();
        context.addServlet(new ServletHolder(new ReferenceServlet(api)), "/reference/*");
        context.addServlet(new ServletHolder(new OpenApiServlet(api)), "/api/v1/openapi.json");
        context.addServlet(new ServletHolder(new StatusServlet(settings, readiness)), "");
        return context;
    }

    /** Nothing: a worker has nothing to show. */
    static Handler none() {
        return context();
    }

    private static ServletContextHandler context() {
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        context.setErrorHandler(new ContainerErrors());
        return context;
    }
}
