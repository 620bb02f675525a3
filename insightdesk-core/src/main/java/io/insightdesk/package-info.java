/**
 * InsightDesk: a help desk inside your application. Begin with {@link io.insightdesk.InsightDesk#builder()}, go on with
 * {@link io.insightdesk.Desk}.
 *
 * @apiNote Stable.
 */
@NullMarked
package io.insightdesk;

import org.jspecify.annotations.NullMarked;
