/** How {@code io.insightdesk.storage} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.storage.internal;

import org.jspecify.annotations.NullMarked;
