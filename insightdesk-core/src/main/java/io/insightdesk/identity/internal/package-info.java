/** How {@code io.insightdesk.identity} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.identity.internal;

import org.jspecify.annotations.NullMarked;
