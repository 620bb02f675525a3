/**
 * Tenants: companies that share one database and see nothing of each other. Row-level security keeps them apart, in addition to
 * the tenant in every key and query.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk.tenant;

import org.jspecify.annotations.NullMarked;
