/** How {@code io.insightdesk.login} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.login.internal;

import org.jspecify.annotations.NullMarked;
