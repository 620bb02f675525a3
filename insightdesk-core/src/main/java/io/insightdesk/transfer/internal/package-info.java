/** How {@code io.insightdesk.transfer} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.transfer.internal;

import org.jspecify.annotations.NullMarked;
