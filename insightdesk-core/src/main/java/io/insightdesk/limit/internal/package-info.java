/** How {@code io.insightdesk.limit} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.limit.internal;

import org.jspecify.annotations.NullMarked;
