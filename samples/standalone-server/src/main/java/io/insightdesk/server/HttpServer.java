package io.insightdesk.server;

import io.insightdesk.InsightDesk;
import io.insightdesk.jaxrs.ApiOptions;
import io.insightdesk.jaxrs.InsightDeskApplication;
import io.insightdesk.jaxrs.OperationsApplication;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.glassfish.jersey.servlet.ServletProperties;
import org.jspecify.annotations.Nullable;

/** Jetty with the API, the health checks and a page about them. Closing it lets running requests end first. */
final class HttpServer implements AutoCloseable {

    private final Server server;
    private final ServerConnector connector;

    private HttpServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    static HttpServer start(Settings settings, InsightDesk insightDesk, @Nullable URI mailCatcher) {
        QueuedThreadPool threads = new QueuedThreadPool(100, 4);
        threads.setName("http");
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.http().host());
        connector.setPort(settings.http().port());
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(context(settings, insightDesk, mailCatcher)));
        server.setErrorHandler(new ContainerErrors());
        server.setStopTimeout(settings.shutdownGrace().toMillis());
        try {
            server.start();
            return new HttpServer(server, connector);
        } catch (IOException e) {
            throw cannotListen(settings, e);
        } catch (Exception e) {
            throw new IllegalStateException("The HTTP server could not be started", e);
        }
    }

    private static StartException cannotListen(Settings settings, IOException e) {
        return new StartException("The server cannot listen on "
                + settings.http().host() + ":" + settings.http().port() + " (" + e.getMessage()
                + "). Choose another port or address: PORT=…, HOST=…");
    }

    private static ApiOptions options(Settings settings) {
        return ApiOptions.builder()
                .trustedProxies(settings.http().trustedProxies())
                .cors(settings.http().cors())
                .build();
    }

    private static ServletContextHandler context(
            Settings settings, InsightDesk insightDesk, @Nullable URI mailCatcher) {
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        context.setErrorHandler(new ContainerErrors());
        boolean open = !settings.environment().serious();
        EnumSet<DispatcherType> requests = EnumSet.of(DispatcherType.REQUEST);
        context.addFilter(new FilterHolder(new MetricsGuard(settings.metricsToken(), open)), "/metrics", requests);
        // A filter, for a servlet would take the first part of the path for its own.
        FilterHolder operations = new FilterHolder(new ServletContainer(
                ResourceConfig.forApplication(new OperationsApplication(insightDesk, true, true))));
        operations.setInitParameter(ServletProperties.FILTER_CONTEXT_PATH, "/");
        context.addFilter(operations, "/health/*", requests);
        context.addFilter(operations, "/metrics", requests);
        if (settings.role().answersRequests()) {
            ServletHolder api = new ServletHolder(new ServletContainer(
                    ResourceConfig.forApplication(new InsightDeskApplication(insightDesk, options(settings)))));
            api.setInitOrder(1);
            context.addServlet(api, "/api/v1/*");
            context.addServlet(new ServletHolder(new ReferenceServlet()), "/reference/*");
            context.addServlet(new ServletHolder(new HomeServlet(settings, mailCatcher)), "");
        }
        return context;
    }

    int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("The HTTP server did not stop in order", e);
        }
    }
}
