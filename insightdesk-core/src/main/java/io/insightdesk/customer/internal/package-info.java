/** How {@code io.insightdesk.customer} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.customer.internal;

import org.jspecify.annotations.NullMarked;
