package io.insightdesk.devenv.servers;

import java.net.URI;

/**
 * Where mail is caught, and where it is shown.
 *
 * @param smtpHost the name or address of the machine that takes mail
 * @param smtpPort the port that takes mail, without encryption or login
 * @param web the address of the page and of the HTTP interface ({@code api/v1}, {@code api/v2}), with a slash at the end
 * @since 0.1.0
 */
public record MailEndpoint(String smtpHost, int smtpPort, URI web) {}
