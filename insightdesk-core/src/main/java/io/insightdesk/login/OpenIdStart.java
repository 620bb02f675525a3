package io.insightdesk.login;

import io.insightdesk.key.Secret;
import java.net.URI;
import java.time.Instant;

/**
 * A login on its way to an OpenID provider.
 *
 * @param location where the browser is to be sent
 * @param binding what the browser keeps meanwhile, out of reach of scripts and of other sites, and brings along to
 *     {@link Logins#finishOpenId}: so nobody can have another person finish a login of their own
 * @param expiresAt until when it can be finished
 * @since 0.1.0
 */
public record OpenIdStart(URI location, Secret binding, Instant expiresAt) {}
