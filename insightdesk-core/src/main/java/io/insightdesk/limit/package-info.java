/**
 * How often something may be done, counted over all nodes of a help desk, and where requests may come from. The HTTP API counts
 * its requests here; a host may count what it likes by {@link io.insightdesk.InsightDesk#rateLimiter()}.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.limit;

import org.jspecify.annotations.NullMarked;
