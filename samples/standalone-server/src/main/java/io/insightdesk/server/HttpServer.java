package io.insightdesk.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Jetty on one port. It listens at once, for health checks; everything else is answered from when it is mounted, and with 503
 * before. Closing it lets running requests end first.
 */
final class HttpServer implements AutoCloseable {

    private final Server server;
    private final ServerConnector connector;
    private final Application application;

    private HttpServer(Server server, ServerConnector connector, Application application) {
        this.server = server;
        this.connector = connector;
        this.application = application;
    }

    /**
     * Where to listen.
     *
     * @param host the address
     * @param port the port; 0 for any
     * @param setting the variable that chooses the port
     */
    record Address(String host, int port, Setting setting) {}

    /**
     * Listens.
     *
     * @param address where
     * @param operations what is answered from the start, by the first part of its path
     * @param grace how long running requests may take at the end
     * @throws StartException when it cannot listen there
     */
    static HttpServer start(Address address, ServerState state, Map<String, Handler> operations, Duration grace) {
        QueuedThreadPool threads = new QueuedThreadPool(100, 4);
        threads.setName("http");
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(address.host());
        connector.setPort(address.port());
        server.addConnector(connector);
        Application application = new Application();
        ContextHandlerCollection all = new ContextHandlerCollection();
        operations.forEach((path, handler) -> {
            ContextHandler context = new ContextHandler(handler, path);
            context.setAllowNullPathInContext(true);
            all.addHandler(context);
        });
        server.setHandler(new Draining(state, new GracefulHandler(new Handler.Sequence(all, application))));
        server.setErrorHandler(new ContainerErrors());
        server.setStopTimeout(grace.toMillis());
        try {
            server.start();
            return new HttpServer(server, connector, application);
        } catch (IOException e) {
            throw new StartException("The server cannot listen on " + address.host() + ":" + address.port() + " ("
                    + e.getMessage() + "). Choose another port: " + address.setting() + "=…");
        } catch (Exception e) {
            throw new IllegalStateException("The HTTP server could not be started", e);
        }
    }

    /** Answers everything else by this, from now on. */
    void mount(Handler handler) {
        application.mount(handler);
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

    /** Makes clients that keep their connections come on new ones, which a load balancer gives to other servers. */
    private static final class Draining extends Handler.Wrapper {

        private final ServerState state;

        Draining(ServerState state, Handler handler) {
            super(handler);
            this.state = state;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (state.draining()) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
            }
            return super.handle(request, response, callback);
        }
    }

    /** The place of what is mounted later. */
    private static final class Application extends Handler.Wrapper {

        Application() {
            super(true, null);
        }

        void mount(Handler handler) {
            setHandler(handler);
            if (!handler.isRunning()) {
                try {
                    handler.start();
                } catch (Exception e) {
                    throw new IllegalStateException("What the HTTP server shows could not be started", e);
                }
            }
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            @Nullable Handler handler = getHandler();
            if (handler == null || !handler.isStarted()) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
                Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
                return true;
            }
            return super.handle(request, response, callback);
        }
    }
}
