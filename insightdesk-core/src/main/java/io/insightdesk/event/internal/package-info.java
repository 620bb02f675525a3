/** How events are kept and delivered. Not for hosts: no promise is made. */
@NullMarked
package io.insightdesk.event.internal;

import org.jspecify.annotations.NullMarked;
