package io.insightdesk.jaxrs;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.ws.rs.core.Application;
import org.jboss.resteasy.core.ResteasyDeploymentImpl;
import org.jboss.resteasy.plugins.server.servlet.HttpServlet30Dispatcher;
import org.jboss.resteasy.spi.ResteasyDeployment;

final class ResteasyServlets {
    private ResteasyServlets() {}

    static Servlet of(Application application) {
        return new ForApplication(application);
    }

    private static final class ForApplication extends HttpServlet30Dispatcher {
        private static final long serialVersionUID = 1L;

        private final transient Application application;

        ForApplication(Application application) {
            this.application = application;
        }

        @Override
        public void init(ServletConfig config) throws ServletException {
            ResteasyDeployment deployment = new ResteasyDeploymentImpl();
            deployment.setApplication(application);
            deployment.start();
            config.getServletContext().setAttribute(ResteasyDeployment.class.getName(), deployment);
            super.init(config);
        }
    }
}
