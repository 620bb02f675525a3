/** How {@code io.insightdesk.idempotency} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.idempotency.internal;

import org.jspecify.annotations.NullMarked;
