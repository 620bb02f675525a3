/** How {@code io.insightdesk.ticket} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.ticket.internal;

import org.jspecify.annotations.NullMarked;
