package io.insightdesk.server;

import io.insightdesk.jaxrs.ApiOptions;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells the API from where a request comes, for the audit trail. */
final class ClientAddress extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute(ApiOptions.CLIENT_ADDRESS, request.getRemoteAddr());
        chain.doFilter(request, response);
    }
}
