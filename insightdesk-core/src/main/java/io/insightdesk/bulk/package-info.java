/**
 * Changes of many tickets at once: more than fit into a call, or all that a query finds. A background job makes them, one ticket at a
 * time, as the actor who asked, with what that actor may do at that time. Up to
 * {@value io.insightdesk.ticket.Tickets#MAX_CHANGES_AT_ONCE} tickets are changed at once by {@link io.insightdesk.ticket.Tickets#changeAll}.
 *
 * @apiNote Preview: may change with any minor release.
 */
@NullMarked
package io.insightdesk.bulk;

import org.jspecify.annotations.NullMarked;
