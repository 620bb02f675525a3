/**
 * Servers for development and tests, started inside the process that needs them: a PostgreSQL, a mail catcher, an SMTP
 * receiver and a clock that only moves when told to. Nothing here is meant for production: every server listens on the
 * loopback address only and trusts whoever reaches it.
 *
 * @apiNote Preview: may change with any minor release.
 */
@NullMarked
package io.insightdesk.devenv.servers;

import org.jspecify.annotations.NullMarked;
