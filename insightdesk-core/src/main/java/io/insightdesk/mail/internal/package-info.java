/** How {@code io.insightdesk.mail} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.mail.internal;

import org.jspecify.annotations.NullMarked;
