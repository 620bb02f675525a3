/** How {@code io.insightdesk.job} works. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.job.internal;

import org.jspecify.annotations.NullMarked;
