package io.insightdesk.jaxrs;

import jakarta.servlet.Servlet;
import jakarta.ws.rs.core.Application;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/** A Jetty with one application on the implementation of Jakarta REST that this run of the suite is for. */
final class RestServer implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ServletContextHandler context = new ServletContextHandler();

    RestServer() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context);
    }

    /** Mounts an application under a path such as {@code /api/v1}; empty for the root. */
    RestServer mount(String path, Application application) {
        ServletHolder holder = new ServletHolder(servlet(application));
        holder.setInitParameter("resteasy.servlet.mapping.prefix", path);
        holder.setInitOrder(1);
        context.addServlet(holder, path + "/*");
        return this;
    }

    RestServer start() throws Exception {
        server.start();
        return this;
    }

    String address() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    static String implementation() {
        return System.getProperty("insightdesk.jaxrs.server", "jersey").toLowerCase(Locale.ROOT);
    }

    // By name, because only one of the two is on the class path.
    private static Servlet servlet(Application application) {
        String name = implementation().equals("jersey") ? "JerseyServlets" : "ResteasyServlets";
        try {
            return (Servlet) Class.forName("io.insightdesk.jaxrs." + name)
                    .getDeclaredMethod("of", Application.class)
                    .invoke(null, application);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }
}
